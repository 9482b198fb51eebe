// A choice of one out of a few, all of them visible.

import { Label, Radio, RadioGroup } from "react-aria-components";

export function Choice<T extends string>({ label, value, onChange, options, inline = true, hideLabel = false }: {
  label: string; value: T | null; onChange: (value: T) => void; options: { value: T; word: string }[]; inline?: boolean;
  hideLabel?: boolean;
}) {
  return (
    <RadioGroup className={`choice ${inline ? "inline" : ""}`} value={value} onChange={(next) => onChange(next as T)}>
      <Label className={hideLabel ? "hidden" : "label"}>{label}</Label>
      <div className="choice-options">
        {options.map((option) => <Radio key={option.value} value={option.value} className="radio">{option.word}</Radio>)}
      </div>
    </RadioGroup>
  );
}
