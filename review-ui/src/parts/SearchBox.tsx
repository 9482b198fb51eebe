// A search field that searches on Enter and on leaving, or as one types; "/" puts the cursor into it.

import { useEffect, useRef, useState } from "react";
import { Input, Label, SearchField } from "react-aria-components";
import { Icon } from "./Icon";

/** Somebody who pauses this long has typed a word. */
const PAUSE_MS = 220;

export function SearchBox({ label, value, onSearch, onEnter, large = false, autoFocus = false, instant = false }: {
  label: string; value: string; onSearch: (value: string) => void; onEnter?: (value: string) => void;
  large?: boolean; autoFocus?: boolean; instant?: boolean;
}) {
  const [text, setText] = useState(value);
  const typed = useRef(value);
  // An address that changes for another reason than typing, such as the back button, is what the field says.
  useEffect(() => { if (value !== typed.current) { typed.current = value; setText(value); } }, [value]);
  const search = (next: string): void => { typed.current = next; onSearch(next); };
  useEffect(() => {
    if (!instant || text.trim() === value.trim()) return;
    const pause = setTimeout(() => search(text), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [text, instant]); // eslint-disable-line
  return (
    <SearchField className={`search-box ${large ? "large" : ""}`} value={text} onChange={setText} autoFocus={autoFocus}
      onSubmit={onEnter ?? search} onClear={() => search("")}>
      <Label className="hidden">{label}</Label>
      <Icon name="search" />
      <Input placeholder={label} data-search onBlur={() => text !== value && search(text)} />
    </SearchField>
  );
}
