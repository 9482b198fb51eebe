// Recording how long a task takes by hand: typed in, or timed with the stopwatch beside it.

import { useMutation } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import * as api from "../../api/client";
import { pilotQuery, queryClient } from "../../api/queries";
import type { BaselineInput, Pilot } from "../../api/types";
import { seconds } from "../../time";
import { KIND, plural } from "../../words";
import { Button } from "../Button";
import { Choice } from "../Choice";
import { Confirm } from "../Confirm";
import { Field } from "../Field";
import { useKept } from "../kept";
import { Empty, ProblemNotice, Word } from "../Notice";
import { Time } from "../Time";

const NOTHING = { task: "faq" as "faq" | "newsletter", minutes: "", rounds: "", hours: "", note: "" };
const show = (pilot: Pilot): void => void queryClient.setQueryData(pilotQuery.queryKey, pilot);
const number = (text: string): number | undefined => (text.trim() === "" ? undefined : Number(text.replace(",", ".")));

export function BaselineForm() {
  const [entry, setEntry, clear] = useKept("baseline", NOTHING);
  const [wrong, setWrong] = useState<string | null>(null);
  const add = useMutation({
    mutationFn: (body: BaselineInput) => api.pilot.addBaseline(body),
    onSuccess: (pilot) => { show(pilot); clear(); },
  });
  const set = (change: Partial<typeof NOTHING>): void => setEntry({ ...entry, ...change });

  function submit(event: FormEvent): void {
    event.preventDefault();
    const minutes = number(entry.minutes);
    if (minutes === undefined || !(minutes > 0)) return setWrong("Enter the minutes it took, for example 25.");
    setWrong(null);
    add.mutate({
      task: entry.task, minutes, revision_rounds: number(entry.rounds), turnaround_hours: number(entry.hours),
      note: entry.note.trim() || undefined,
    });
  }

  return (
    <form className="panel stack baseline-form" onSubmit={submit} aria-label="Record a sample">
      <Choice label="Task" value={entry.task} onChange={(task) => set({ task })}
        options={[{ value: "faq", word: "FAQ answer" }, { value: "newsletter", word: "Newsletter" }]} />
      <div className="row bottom">
        <Field label="Minutes of work" inputMode="decimal" value={entry.minutes} onChange={(minutes) => set({ minutes })} error={wrong} />
        <Stopwatch onStop={(minutes) => set({ minutes: minutes.toFixed(1) })} />
        <Field label="Rounds of revision" inputMode="numeric" value={entry.rounds} onChange={(rounds) => set({ rounds })} />
        <Field label="Hours from question to answer" inputMode="decimal" value={entry.hours} onChange={(hours) => set({ hours })} />
      </div>
      <Field label="Note" hint="Optional. No names of families or students." value={entry.note} onChange={(note) => set({ note })} />
      <ProblemNotice error={add.error} />
      <div className="row"><Button type="submit" look="primary" isPending={add.isPending}>Record</Button></div>
    </form>
  );
}

function Stopwatch({ onStop }: { onStop: (minutes: number) => void }) {
  const [since, setSince, clear] = useKept<number | null>("stopwatch", null);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  if (since === null) return <Button icon="clock" onPress={() => { setNow(Date.now()); setSince(Date.now()); }}>Time it</Button>;
  return (
    <Button icon="clock" onPress={() => { onStop((Date.now() - since) / 60_000); clear(); }}>
      Stop at {seconds(Math.max(0, now - since) / 1_000)}
    </Button>
  );
}

export function BaselineList({ pilot, mayWrite }: { pilot: Pilot; mayWrite: boolean }) {
  const remove = useMutation({ mutationFn: (id: string) => api.pilot.removeBaseline(id), onSuccess: show });
  const open = pilot.locked_at === null && mayWrite;
  return (
    <>
      <p className="counts">
        {(["faq", "newsletter"] as const).map((task) => {
          const n = pilot.baselines.filter((baseline) => baseline.task === task).length;
          return (
            <Word key={task} meaning={n >= pilot.samples_wanted ? "supported" : "doubtful"}>
              {KIND[task]}: {n} of {plural(pilot.samples_wanted, "sample")}
            </Word>
          );
        })}
      </p>
      <ProblemNotice error={remove.error} />
      {pilot.baselines.length === 0 ? <Empty title="No samples yet."><p>Time the next answer you write by hand and record it above.</p></Empty> : (
        <table className="rows" aria-label="Baseline samples">
          <thead>
            <tr><th scope="col">Task</th><th scope="col">Minutes</th><th scope="col">Rounds</th><th scope="col">Hours to answer</th><th scope="col" className="wide">Note</th><th scope="col">Entered</th>{open && <th scope="col"><span className="hidden">Remove</span></th>}</tr>
          </thead>
          <tbody>
            {pilot.baselines.map((baseline) => (
              <tr key={baseline.id}>
                <th scope="row">{KIND[baseline.task]}</th>
                <td className="figure">{baseline.minutes}</td>
                <td className="figure">{baseline.revision_rounds ?? "–"}</td>
                <td className="figure">{baseline.turnaround_hours ?? "–"}</td>
                <td className="wide">{baseline.note}</td>
                <td>{baseline.entered_by.name}, <Time at={baseline.entered_at} /></td>
                {open && <td><Confirm look="quiet" label="Remove" question="Remove this sample?" verb="Remove" danger onYes={() => remove.mutate(baseline.id)} /></td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
