// What a sighted person sees happen, said once in a polite live region for everyone else.

let region: HTMLElement | null = null;

export function announceIn(element: HTMLElement | null): void {
  region = element;
}

export function announce(text: string): void {
  if (!region) return;
  // The same sentence twice is only spoken again if the text changes in between.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
