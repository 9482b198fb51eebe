// Two versions of a document beside each other.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { documentQuery, versionComparisonQuery } from "../api/queries";
import type { DistrictDocument } from "../api/types";
import { Difference } from "../parts/Difference";
import { PageHead } from "../parts/Frame";
import { InlineChoice } from "../parts/InlineChoice";
import { Empty } from "../parts/Notice";
import { Loaded } from "../parts/Waiting";
import { STANDING } from "../words";

export function CompareVersionsPage() {
  const { id } = useParams({ from: "/app/documents/$id/compare" });
  const document = useQuery(documentQuery(id));
  return <Loaded query={document} lines={8}>{(found) => <Compared document={found} />}</Loaded>;
}

function Compared({ document }: { document: DistrictDocument }) {
  const search = useSearch({ from: "/app/documents/$id/compare" });
  const navigate = useNavigate();
  const [newest, second] = document.versions;
  const to = search.to ?? newest?.number;
  const from = search.from ?? second?.number;
  const choose = (change: { from?: number; to?: number }): void =>
    void navigate({ to: "/documents/$id/compare", params: { id: document.id }, search: { from, to, ...change } });
  const options = document.versions.map(({ number, standing }) => (
    { value: String(number), word: `version ${number}, ${STANDING[standing].word.toLowerCase()}` }));
  const choice = (label: string, value: number | undefined, onChoose: (number: number) => void) =>
    <InlineChoice label={label} value={String(value)} onChange={(next) => onChoose(Number(next))} options={options} />;
  return (
    <>
      <PageHead title={`What changed in ${document.title}`} below={
        <p className="item-facts">
          {choice("From", from, (number) => choose({ from: number }))}
          {choice("to", to, (number) => choose({ to: number }))}
        </p>
      }>
        <Link to="/documents/$id" params={{ id: document.id }} className="button quiet">All versions</Link>
      </PageHead>
      {from === undefined || to === undefined
        ? <Empty title="There is only one version."><p>Once a new version is uploaded, this page shows what it changes.</p></Empty>
        : <ComparisonOf document={document.id} from={from} to={to} />}
    </>
  );
}

export function ComparisonOf({ document, from, to }: { document: string; from: number; to: number }) {
  const comparison = useQuery(versionComparisonQuery(document, from, to));
  return <Loaded query={comparison} lines={10}>{(found) => <Difference comparison={found} />}</Loaded>;
}
