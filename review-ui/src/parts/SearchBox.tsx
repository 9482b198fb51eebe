// A search field that searches on Enter and on leaving; "/" puts the cursor into it.

import { useEffect, useState } from "react";
import { Input, Label, SearchField } from "react-aria-components";
import { Icon } from "./Icon";

export function SearchBox({ label, value, onSearch, large = false, autoFocus = false }: {
  label: string; value: string; onSearch: (value: string) => void; large?: boolean; autoFocus?: boolean;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <SearchField className={`search-box ${large ? "large" : ""}`} value={text} onChange={setText} autoFocus={autoFocus}
      onSubmit={onSearch} onClear={() => onSearch("")}>
      <Label className="hidden">{label}</Label>
      <Icon name="search" />
      <Input placeholder={label} data-search onBlur={() => text !== value && onSearch(text)} />
    </SearchField>
  );
}
