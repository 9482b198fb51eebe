// Accounts: who may come in, and as what.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Checkbox, CheckboxGroup, Label } from "react-aria-components";
import * as api from "../api/client";
import { peopleQuery, queryClient } from "../api/queries";
import type { Person, Role } from "../api/types";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { Field } from "../parts/Field";
import { PageHead } from "../parts/Frame";
import { Notice, ProblemNotice, Word } from "../parts/Notice";
import { useSession } from "../parts/session";
import { Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { ROLE, plural } from "../words";

type Link = { name: string; url: string };
const again = (): void => void queryClient.invalidateQueries({ queryKey: peopleQuery.queryKey });

export function PeoplePage() {
  const people = useQuery(peopleQuery);
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<Link | null>(null);
  return (
    <>
      <PageHead title="People">
        {!adding && <Button look="primary" onPress={() => setAdding(true)}>Add a person</Button>}
      </PageHead>
      {link && <SetupLink link={link} onClose={() => setLink(null)} />}
      {adding && <AddPerson onClose={() => setAdding(false)} onAdded={(added) => { setLink(added); setAdding(false); again(); }} />}
      <Loaded query={people} lines={6}>
        {({ entries }) => (
          <>
            <table className="rows roomy people" aria-label="People">
              <thead><tr><th scope="col">Name</th><th scope="col">Roles</th><th scope="col" className="wide">Since</th><th scope="col">Account</th></tr></thead>
              <tbody>{entries.map((person) => <PersonRow key={person.id} person={person} onLink={setLink} />)}</tbody>
            </table>
            <p className="quiet after-rows">{plural(entries.length, "person", "people")}</p>
          </>
        )}
      </Loaded>
    </>
  );
}

function SetupLink({ link, onClose }: { link: Link; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const address = new URL(link.url, window.location.origin).href;
  return (
    <Notice meaning="person" title={`Set-up link for ${link.name}`} live>
      <p>It works once and is shown only now. Hand it over in person or through a channel you trust.</p>
      <p><code className="setup-url">{address}</code></p>
      <div className="row">
        <Button onPress={() => void navigator.clipboard.writeText(address).then(() => setCopied(true))}>{copied ? "Copied" : "Copy"}</Button>
        <Button look="quiet" onPress={onClose}>Done</Button>
      </div>
    </Notice>
  );
}

function Roles({ value, onChange }: { value: Role[]; onChange: (roles: Role[]) => void }) {
  return (
    <CheckboxGroup className="roles" value={value} onChange={(roles) => onChange(roles as Role[])}>
      <Label>Roles</Label>
      {(Object.keys(ROLE) as Role[]).map((role) => (
        <Checkbox key={role} value={role} className="checkbox">
          <span className="box" aria-hidden="true" />
          <span>{ROLE[role].word} <span className="quiet">{ROLE[role].does}</span></span>
        </Checkbox>
      ))}
    </CheckboxGroup>
  );
}

function AddPerson({ onAdded, onClose }: { onAdded: (link: Link) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [roles, setRoles] = useState<Role[]>(["requester"]);
  const add = useMutation({
    mutationFn: () => api.people.add({ name: name.trim(), email: email.trim(), roles }),
    onSuccess: (added) => onAdded({ name: added.person.name, url: added.setup_url }),
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    add.mutate();
  }
  return (
    <form className="panel stack" onSubmit={submit} aria-label="Add a person">
      <h2>Add a person</h2>
      <div className="pair">
        <Field label="Name" value={name} onChange={setName} isRequired autoFocus />
        <Field label="E-mail" type="email" value={email} onChange={setEmail} isRequired />
      </div>
      <Roles value={roles} onChange={setRoles} />
      <ProblemNotice error={add.error} />
      <div className="row">
        <Button type="submit" look="primary" isPending={add.isPending}>Add and make a set-up link</Button>
        <Button look="quiet" onPress={onClose}>Close</Button>
      </div>
    </form>
  );
}

function PersonRow({ person, onLink }: { person: Person; onLink: (link: Link) => void }) {
  const { person: me } = useSession();
  const [roles, setRoles] = useState<Role[] | null>(null);
  const change = useMutation({ mutationFn: (run: () => Promise<unknown>) => run(), onSuccess: () => { setRoles(null); again(); } });
  const newLink = useMutation({
    mutationFn: () => api.people.setupLink(person.id),
    onSuccess: ({ setup_url }) => { onLink({ name: person.name, url: setup_url }); window.scrollTo(0, 0); },
  });
  return (
    <tr>
      <th scope="row">
        {person.name}{person.id === me.id && <span className="quiet"> (you)</span>}
        <span className="row-more always quiet">{person.email}</span>
      </th>
      <td>
        {roles === null ? (
          <>
            {person.roles.length === 0 ? <span className="quiet">none</span> : person.roles.map((role) => ROLE[role].word).join(", ")}{" "}
            <button type="button" className="link" aria-label={`Change the roles of ${person.name}`} onClick={() => setRoles(person.roles)}>Change</button>
          </>
        ) : (
          <div className="stack">
            <Roles value={roles} onChange={setRoles} />
            <div className="row">
              <Button look="primary" isPending={change.isPending} onPress={() => change.mutate(() => api.people.roles(person.id, roles))}>Save</Button>
              <Button look="quiet" onPress={() => setRoles(null)}>Not now</Button>
            </div>
            <p className="quiet">The person is signed out and signs in again with the new roles.</p>
          </div>
        )}
        <ProblemNotice error={change.error} />
      </td>
      <td className="wide"><Time at={person.created_at} day /></td>
      <td>
        <Word meaning={person.disabled ? "blocked" : "supported"}>{person.disabled ? "disabled" : "active"}</Word>
        <div className="row tight">
          {person.disabled
            ? <Button look="quiet" isPending={change.isPending} onPress={() => change.mutate(() => api.people.enable(person.id))}>Enable</Button>
            : person.id !== me.id && <Confirm look="quiet" label="Disable" verb="Disable" danger question={`End ${person.name}'s sessions at once?`} onYes={() => change.mutate(() => api.people.disable(person.id))} />}
          {!person.disabled && <Button look="quiet" isPending={newLink.isPending} onPress={() => newLink.mutate()}>New set-up link</Button>}
        </div>
        <ProblemNotice error={newLink.error} />
      </td>
    </tr>
  );
}
