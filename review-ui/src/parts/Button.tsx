// Buttons. `why` is for one that cannot be used now: it stays reachable and says the reason in words.

import { useId, type ReactNode } from "react";
import { Button as AriaButton, type ButtonProps } from "react-aria-components";
import { Icon, type IconName } from "./Icon";

type Look = "primary" | "plain" | "quiet" | "danger";

export function Button({ look = "plain", icon, children, ...rest }: ButtonProps & {
  look?: Look; icon?: IconName; children: ReactNode;
}) {
  return (
    <AriaButton {...rest} className={`button ${look}`}>
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
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
