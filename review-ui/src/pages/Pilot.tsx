// The pilot: what the work takes by hand, locked before the first draft counts, and what it takes now.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import * as api from "../api/client";
import { pilotQuery, queryClient } from "../api/queries";
import type { Pilot } from "../api/types";
import { BaselineForm, BaselineList } from "../parts/pilot/Baselines";
import { Funnel, Measures, Refusals } from "../parts/pilot/Figures";
import { Button } from "../parts/Button";
import { Plain } from "../parts/Field";
import { PageHead } from "../parts/Frame";
import { Notice, ProblemNotice } from "../parts/Notice";
import { useMay, useZone } from "../parts/session";
import { CalendarDay, Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { dateIn } from "../time";

export function PilotPage() {
  const pilot = useQuery(pilotQuery);
  const mayWrite = useMay("pilot.write");
  return (
    <>
      <PageHead title="Pilot"><a className="button" href={api.pilot.csvAddress} download>Items as CSV</a></PageHead>
      <Loaded query={pilot} lines={8}>
        {(found) => (
          <div className="stack wide-stack">
            <Window pilot={found} mayWrite={mayWrite} />
            <section>
              <h2>Measures</h2>
              <Measures measures={found.measures} />
            </section>
            <section>
              <h2>From request to public</h2>
              <Funnel funnel={found.funnel} />
              <Refusals refusals={found.refusals} refused={found.funnel.refused} />
            </section>
            <section>
              <h2>Baseline: how long it takes by hand</h2>
              {found.locked_at === null && mayWrite && <BaselineForm />}
              <BaselineList pilot={found} mayWrite={mayWrite} />
            </section>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Window({ pilot, mayWrite }: { pilot: Pilot; mayWrite: boolean }) {
  const zone = useZone();
  const [asked, setAsked] = useState(false);
  const [start, setStart] = useState(dateIn(zone, 1));
  const lock = useMutation({
    mutationFn: () => api.pilot.lock(start),
    onSuccess: (changed) => queryClient.setQueryData(pilotQuery.queryKey, changed),
  });
  if (pilot.locked_at !== null) {
    return (
      <Notice meaning="supported" title="The baseline is locked.">
        <p>
          {pilot.start_date && <>The pilot counts from <CalendarDay date={pilot.start_date} />. </>}
          Locked by {pilot.locked_by?.name ?? "somebody"}, <Time at={pilot.locked_at} />; the lock is in the audit log.
        </p>
      </Notice>
    );
  }
  return (
    <Notice meaning="doubtful" title="Nothing counts yet: the baseline is open.">
      <p>Record at least {pilot.samples_wanted} samples of each task by hand, then lock the baseline with the day the pilot starts.</p>
      {mayWrite && !asked && <Button onPress={() => setAsked(true)}>Lock the baseline</Button>}
      {mayWrite && asked && (
        <form className="row" onSubmit={(event) => { event.preventDefault(); lock.mutate(); }}>
          <Plain label="The pilot starts on" id="start"><input id="start" type="date" required value={start} onChange={(event) => setStart(event.target.value)} /></Plain>
          <Button type="submit" look="primary" isPending={lock.isPending}>Lock it for good</Button>
          <Button look="quiet" onPress={() => setAsked(false)}>Not now</Button>
          <p className="quiet">A locked baseline cannot be changed or opened again.</p>
        </form>
      )}
      <ProblemNotice error={lock.error} />
    </Notice>
  );
}
