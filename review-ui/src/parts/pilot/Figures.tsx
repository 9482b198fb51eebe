// The pilot's figures. Every number stands with its n; what is not shown yet says what is missing.

import type { Measure, Pilot } from "../../api/types";
import { REFUSAL, plural, sentenceCase, spaced } from "../../words";
import { Empty, Word } from "../Notice";

function amount(value: number, unit: Measure["unit"]): string {
  if (unit === "share") return `${Math.round(value * 100)} %`;
  return `${value.toFixed(Number.isInteger(value) ? 0 : 1)} ${unit}`;
}

/** The number alone, where its unit stands beside it already. */
function bare(value: number, unit: Measure["unit"]): string {
  return unit === "share" ? amount(value, unit) : value.toFixed(Number.isInteger(value) ? 0 : 1);
}

function Sample({ sample, unit }: { sample: { n: number; median: number } | null; unit: Measure["unit"] }) {
  if (!sample) return <span className="quiet">none</span>;
  return <>{amount(sample.median, unit)} <span className="quiet nowrap">n = {sample.n}</span></>;
}

export function Measures({ measures }: { measures: Measure[] }) {
  if (measures.length === 0) return <Empty title="No measure has data yet."><p>Record a baseline first, then work as usual.</p></Empty>;
  return (
    <table className="rows roomy" aria-label="Measures">
      <thead>
        <tr><th scope="col">Measure</th><th scope="col">By hand (median)</th><th scope="col">In the pilot (median)</th><th scope="col">Difference, 95 % interval</th><th scope="col">Reading</th></tr>
      </thead>
      <tbody>
        {measures.map((measure) => {
          const open = measure.verdict.startsWith("not shown yet");
          return (
            <tr key={measure.name}>
              <th scope="row">{sentenceCase(spaced(measure.name))}</th>
              <td><Sample sample={measure.baseline} unit={measure.unit} /></td>
              <td><Sample sample={measure.pilot} unit={measure.unit} /></td>
              <td>{measure.difference
                ? <><Interval {...measure.difference} /><span className="nowrap">{amount(measure.difference.median, measure.unit)}</span> <span className="quiet nowrap">{bare(measure.difference.low, measure.unit)} to {bare(measure.difference.high, measure.unit)}</span></>
                : <span className="quiet">–</span>}</td>
              <td>{open ? <span className="quiet">{measure.verdict}</span> : <Word meaning="supported">{measure.verdict}</Word>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The interval drawn against zero; the same figures stand beside it. */
function Interval({ median, low, high }: { median: number; low: number; high: number }) {
  const reach = Math.max(Math.abs(low), Math.abs(high), 1e-9) * 1.1;
  const x = (value: number): number => 60 + (value / reach) * 56;
  return (
    <svg className="interval" viewBox="0 0 120 16" width="120" height="16" aria-hidden="true">
      <line className="zero" x1="60" x2="60" y1="1" y2="15" />
      <line x1={x(low)} x2={x(high)} y1="8" y2="8" />
      <circle cx={x(median)} cy="8" r="3.5" />
    </svg>
  );
}

export function Funnel({ funnel }: { funnel: Pilot["funnel"] }) {
  const steps = [
    ["Requested", funnel.requested], ["Drafted", funnel.drafted], ["Refused", funnel.refused], ["Approved", funnel.approved],
    ["Published", funnel.published],
  ] as const;
  const most = Math.max(funnel.requested, 1);
  return (
    <table className="rows funnel" aria-label="From request to public">
      <thead className="hidden"><tr><th scope="col">Step</th><th scope="col">Items</th><th scope="col">Share</th></tr></thead>
      <tbody>
        {steps.map(([word, n]) => (
          <tr key={word}>
            <th scope="row">{word}</th>
            <td className="figure">{n}</td>
            <td>
              <span className="bar"><span style={{ width: `${(n / most) * 100}%` }} data-word={word} /></span>
              <span className="quiet">{funnel.requested > 0 && `${Math.round((n / most) * 100)} % of ${funnel.requested}`}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Refusals({ refusals, refused }: { refusals: Pilot["refusals"]; refused: number }) {
  if (refusals.length === 0) return null;
  return (
    <>
      <h3>Why requests were refused</h3>
      <ul className="plain-list">
        {refusals.map((refusal) => (
          <li key={refusal.kind}>{REFUSAL[refusal.kind] ?? spaced(refusal.kind)}: {refusal.count} of {plural(refused, "refusal")} ({Math.round(refusal.share * 100)} %)</li>
        ))}
      </ul>
    </>
  );
}
