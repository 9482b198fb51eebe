// Short names for the shapes in the contract. The shapes themselves are generated: `npm run types`.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Action = Schemas["Action"] | Schemas["VersionAction"];
export type AuditEntry = Schemas["AuditEntry"];
export type Baseline = Schemas["Baseline"];
export type BaselineInput = Schemas["BaselineInput"];
export type Change = Schemas["Change"];
export type Checks = Schemas["Checks"];
export type Citation = Schemas["Citation"];
export type CitationInput = Schemas["CitationInput"];
export type ClaimSentence = Schemas["ClaimSentence"];
export type Decision = Schemas["Decision"];
export type DecisionInput = Schemas["DecisionInput"];
export type DistrictDocument = Schemas["Document"];
export type EndEvent = Schemas["EndEvent"];
export type Flag = Schemas["Flag"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type Hit = Schemas["Hit"];
export type Item = Schemas["Item"];
export type ItemInput = Schemas["ItemInput"];
export type ItemState = Schemas["ItemState"];
export type ItemSummary = Schemas["ItemSummary"];
export type Measure = Schemas["Measure"];
export type NewsletterTemplate = Schemas["NewsletterTemplate"];
export type Person = Schemas["Person"];
export type PersonRef = Schemas["PersonRef"];
export type Pilot = Schemas["Pilot"];
export type ProgressEvent = Schemas["ProgressEvent"];
export type ReasonCode = Schemas["ReasonCode"];
export type Refusal = Schemas["Refusal"];
export type Revision = Schemas["Revision"];
export type RevisionSummary = Schemas["RevisionSummary"];
export type Role = Schemas["Role"];
export type Section = Schemas["Section"];
export type SectionInput = Schemas["SectionInput"];
export type SentenceEvent = Schemas["SentenceEvent"];
export type Session = Schemas["Session"];
export type SourcePanel = Schemas["SourcePanel"];
export type Standing = Schemas["Standing"];
export type Status = Schemas["Status"];
export type Support = Schemas["Support"];
export type Verification = Schemas["Verification"];
export type Version = Schemas["Version"];
export type VersionSummary = Schemas["VersionSummary"];
