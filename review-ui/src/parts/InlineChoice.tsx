// A label and a list to choose one from, in a line of text.

export function InlineChoice({ label, value, onChange, options }: {
  label: string; value: string; onChange: (value: string) => void; options: { value: string; word: string }[];
}) {
  return (
    <label className="inline-choice">
      {label}{" "}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.word}</option>)}
      </select>
    </label>
  );
}
