// Buttons. `why` is for one that cannot be used now: it stays reachable and says the reason in words.

import { useId, type MouseEvent, type ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

type Look = "primary" | "plain" | "quiet" | "danger";

/** While pending it keeps the focus and does nothing, so that one press is one call. */
export function Button({ look = "plain", icon, type = "button", isPending = false, isDisabled = false, autoFocus, onPress, children }: {
  look?: Look; icon?: IconName; type?: "button" | "submit"; isPending?: boolean; isDisabled?: boolean; autoFocus?: boolean;
  onPress?: () => void; children: ReactNode;
}) {
  function press(event: MouseEvent): void {
    if (isPending) event.preventDefault();
    else onPress?.();
  }
  return (
    <button type={type} className={`button ${look}`} disabled={isDisabled} autoFocus={autoFocus} onClick={press}
      aria-disabled={isPending || undefined} data-pending={isPending || undefined}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A command with its key; when `why` is given it does nothing and says so. */
export function CommandButton({ label, letter, look = "plain", why, onPress, pressed, reasonShown = true }: {
  label: string; letter?: string; look?: Look; why?: string | null; onPress: () => void; pressed?: boolean;
  reasonShown?: boolean;
}) {
  const reasonId = useId();
  return (
    <span className="command">
      <button type="button" className={`button ${look}`} aria-disabled={why ? true : undefined} aria-pressed={pressed}
        aria-describedby={why ? reasonId : undefined} aria-keyshortcuts={letter} title={why ?? undefined}
        onClick={() => !why && onPress()}>
        {label}
        {letter && <kbd aria-hidden="true">{letter}</kbd>}
      </button>
      {why && <span id={reasonId} className={reasonShown ? "why" : "hidden"}>{why}</span>}
    </span>
  );
}
