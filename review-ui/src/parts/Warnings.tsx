// What extraction warns of. Text that readers of the file do not see, and figures that its text lacks, keep a version from
// being approved until its approver says that they looked at them.

import { Checkbox } from "react-aria-components";
import type { Version } from "../api/types";
import { actionNamed, plural, spaced } from "../words";
import { Notice } from "./Notice";

export function WarningsOf({ version, seen, onSeen }: { version: Version; seen: boolean; onSeen: (seen: boolean) => void }) {
  const warnings = version.warning_list;
  if (warnings.length === 0) return null;
  return (
    <Notice meaning="doubtful" title={`${plural(warnings.length, "thing")} to look at before approving`}>
      <ul>{warnings.map((warning) => <li key={warning.kind + warning.detail}>{spaced(warning.kind)}: {warning.detail}</li>)}</ul>
      {mustBeSeen(version) && (
        <Checkbox className="checkbox" isSelected={seen} onChange={onSeen}>
          <span className="box" aria-hidden="true" />
          <span>I have looked at what this file's readers do not see and at what its text lacks. It may be approved all the same.</span>
        </Checkbox>
      )}
    </Notice>
  );
}

/** Whether whoever looks at this page could approve the version if they say that they saw its warnings. */
function mustBeSeen(version: Version): boolean {
  return actionNamed(version.actions, "approve")?.allowed === true && version.warning_list.some((warning) => warning.must_be_seen);
}

/** What is still to be done about the warnings before this version can be approved, in words; nothing if nothing is. */
export function leftToSee(version: Version, seen: boolean): string | null {
  return mustBeSeen(version) && !seen
    ? "This file holds text that its readers do not see, or figures that its text lacks. Look at the warnings above, and tick that you have."
    : null;
}
