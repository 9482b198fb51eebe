// Labelled inputs on React Aria's text field: the label, the hint and the error are tied to the input.

import type { ReactNode } from "react";
import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from "react-aria-components";

type Props = Omit<TextFieldProps, "children"> & {
  label: string; hint?: ReactNode; error?: string | null; rows?: number; placeholder?: string;
};

export function Field({ label, hint, error, rows, placeholder, ...rest }: Props) {
  return (
    <TextField {...rest} isInvalid={Boolean(error)} className="field">
      <Label>{label}</Label>
      {hint && <Text slot="description">{hint}</Text>}
      {rows
        ? <TextArea rows={rows} placeholder={placeholder} />
        : <Input placeholder={placeholder} />}
      <FieldError>{error}</FieldError>
    </TextField>
  );
}

/** A native select or date input, with the same label and hint. */
export function Plain({ label, hint, children, id }: { label: string; hint?: ReactNode; children: ReactNode; id: string }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <span id={`${id}-hint`} className="hint">{hint}</span>}
      {children}
    </div>
  );
}
