//! The command line as cli.md has it; `--help` is made from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

/// Drafts answers from a district's approved documents, for a second person to review before anything is published.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, propagate_version = true)]
pub struct Arguments {
    #[command(flatten)]
    pub place: Place,
    #[command(subcommand)]
    pub command: Command,
}

/// Where the data and the settings are, and how results are printed.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The data directory: database, index, uploads. Made on first use.
    #[arg(
        long,
        global = true,
        default_value = "data",
        value_name = "DIR",
        env = "COUNTERSIGN_DATA"
    )]
    pub data: PathBuf,
    /// A settings file; `countersign.toml` in the data directory is read by itself.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch the models, load the sample district and open the application with demo people.
    Demo(DemoArguments),
    /// Run the application.
    Serve(ServeArguments),
    /// Run drafting workers alone, beside a server with `--workers 0`.
    Work,
    /// List, fetch, check and add models.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Add, list, show and revoke source documents.
    #[command(subcommand)]
    Documents(DocumentsCommand),
    /// Search the approved documents.
    Search(SearchArguments),
    /// Show the search index, or build it anew.
    #[command(subcommand)]
    Index(IndexCommand),
    /// Ask for an FAQ answer; the draft or refusal lands in the queue.
    Draft(DraftArguments),
    /// Ask for a newsletter; the draft or refusal lands in the queue.
    Newsletter(NewsletterArguments),
    /// List the items and their states.
    Queue(QueueArguments),
    /// Show one item.
    Show {
        /// An item's id (req_…).
        id: String,
    },
    /// Measure the product on question sets with known answers; writes report.json and report.md.
    Eval(EvalArguments),
    /// Read and verify the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Accounts.
    #[command(subcommand)]
    People(PeopleCommand),
    /// Measure what this machine makes of the product.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Fit the probabilities that drafting relies on; see models/calibration.
    Calibrate(CalibrateArguments),
    /// Print the API description (OpenAPI).
    Openapi,
    /// Reads one file on standard input; started by the product itself, under limits.
    #[command(hide = true)]
    ExtractChild,
    /// Lists or unpacks the ZIP on standard input; started by the product itself, under limits.
    #[command(hide = true)]
    ArchiveChild { order: String },
    /// Becomes a program that recognises text, under limits; started by the product itself.
    #[command(hide = true)]
    ToolChild { order: String },
}

#[derive(Debug, Subcommand)]
pub enum IndexCommand {
    /// What the index holds, and whether that is all that is in force.
    Status,
    /// Build the index anew from the database. The one in use is searched until the new one takes its place.
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Reading, writing, masks, memory, and whole drafts over the sample district; takes a minute or two.
    Drafting(BenchDraftingArguments),
    /// Searching, building and holding a large made-up library, embedding, taking files in; takes some minutes.
    Retrieval(BenchRetrievalArguments),
}

#[derive(Debug, Args)]
pub struct BenchDraftingArguments {
    /// Whole drafts to make; 0 leaves them out.
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub drafts: usize,
}

#[derive(Debug, Args)]
pub struct BenchRetrievalArguments {
    /// Passages of the made-up library; 0 leaves it out.
    #[arg(long, default_value_t = 200_000, value_name = "N")]
    pub passages: usize,
    /// Searches to measure.
    #[arg(long, default_value_t = 300, value_name = "N")]
    pub searches: usize,
    /// Only build the made-up library there; the command starts itself with this.
    #[arg(long, value_name = "DIR", hide = true)]
    pub build_into: Option<PathBuf>,
    /// A folder of files to take in.
    #[arg(long, value_name = "DIR")]
    pub documents: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DemoArguments {
    #[arg(long)]
    pub port: Option<u16>,
    /// Start over: the demo's data directory is emptied first.
    #[arg(long)]
    pub reset: bool,
}

#[derive(Debug, Args)]
pub struct ServeArguments {
    #[arg(long)]
    pub port: Option<u16>,
    /// Drafting workers in this process; 0 leaves drafting to `countersign work`.
    #[arg(long)]
    pub workers: Option<usize>,
}

#[derive(Debug, Args)]
pub struct CalibrateArguments {
    /// Judged claims and questions, laid out as the evaluation's sets: wordings/dev.jsonl, wice/dev.jsonl, squad2.
    pub dir: PathBuf,
    /// Where the fitted models and the report are written.
    #[arg(long, default_value = "models/calibration", value_name = "DIR")]
    pub out: PathBuf,
    /// The model's answers are kept here, so that a second fit takes seconds.
    #[arg(long, default_value = "calibration-answers.jsonl", value_name = "FILE")]
    pub cache: PathBuf,
    /// Fit without the drafting model: claims are then judged from their words alone.
    #[arg(long)]
    pub words_alone: bool,
    /// Fit the probe of the model's state about an answer, on squad2; run the fit of --answers after it.
    #[arg(long, conflicts_with_all = ["answers", "wordings"])]
    pub probe: bool,
    /// Take DIR for the --out of a `countersign eval` run, and fit from its records when the sources answer a question.
    #[arg(long)]
    pub answers: bool,
    /// Fit nothing: have so many of the approved sentences in DIR worded in each of the ways there are, and report on them.
    #[arg(long, value_name = "N", conflicts_with = "answers", value_parser = clap::value_parser!(u64).range(1..))]
    pub wordings: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// The catalog, and which models are here.
    List,
    /// Fetch the default models, or the one named.
    Pull { id: Option<String> },
    /// Check size and SHA-256 of the models that are here.
    Verify,
    /// Add a GGUF file of the llama, qwen2 or qwen3 family.
    Add { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub enum DocumentsCommand {
    /// Add files, ZIPs, or folders with all that is in them; a manifest.toml or manifest.csv beside the files describes them.
    Add(DocumentsAddArguments),
    /// The documents and their standing today.
    List,
    /// End a version's force; what rests on it is listed.
    Revoke {
        /// A document's (doc_…) or version's (ver_…) id.
        id: String,
        #[arg(long)]
        reason: String,
        /// Who revokes it: an e-mail address of an account.
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Places where two sources in force give different figures for the same thing.
    Conflicts,
    /// One document with its versions, or one version with its text.
    Show {
        /// A document's (doc_…) or version's (ver_…) id.
        id: String,
    },
}

#[derive(Debug, Args)]
pub struct DocumentsAddArguments {
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[arg(long)]
    pub title: Option<String>,
    #[arg(long)]
    pub owner: Option<String>,
    #[arg(long)]
    pub audience: Option<String>,
    /// What they are about, apart by commas.
    #[arg(long)]
    pub topics: Option<String>,
    /// The first day it is in force (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    pub effective: Option<Date>,
    /// The last day it is in force (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    pub expires: Option<Date>,
    /// Approve at once, as this account (an e-mail address); it must not be the one that adds.
    #[arg(long, value_name = "PERSON")]
    pub approve_as: Option<String>,
    /// The approver has seen the text that readers of the files do not see, and the figures that their text lacks; both are
    /// shown for each file.
    #[arg(long, requires = "approve_as")]
    pub warnings_seen: bool,
    /// Who adds it: an e-mail address of an account.
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

#[derive(Debug, Args)]
pub struct SearchArguments {
    pub words: String,
    /// Only documents of this owner, as it is written there.
    #[arg(long)]
    pub owner: Option<String>,
    /// Only documents that are filed under this topic.
    #[arg(long)]
    pub topic: Option<String>,
    /// Look through every version that was ever approved, by its words.
    #[arg(long)]
    pub history: bool,
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub limit: u64,
}

#[derive(Debug, Args)]
pub struct DraftArguments {
    pub question: String,
    #[arg(long, default_value = "faq", value_parser = ["faq"])]
    pub kind: String,
    #[arg(long, default_value = "families")]
    pub audience: String,
}

#[derive(Debug, Args)]
pub struct NewsletterArguments {
    /// The issue template, by id.
    #[arg(long, default_value = "family-weekly")]
    pub template: String,
    #[arg(long, value_name = "DATE")]
    pub from: Date,
    #[arg(long = "to", value_name = "DATE")]
    pub until: Date,
    /// Topics, apart by commas; each becomes a section. Without any, the template's sections are used.
    #[arg(long, value_delimiter = ',')]
    pub topics: Vec<String>,
}

#[derive(Debug, Args)]
pub struct QueueArguments {
    /// Only items in this state.
    #[arg(long)]
    pub state: Option<String>,
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub limit: u64,
}

#[derive(Debug, Args)]
pub struct EvalArguments {
    /// The folder that holds a folder for each set.
    pub dir: PathBuf,
    /// Only these sets, apart by commas.
    #[arg(long, value_delimiter = ',')]
    pub sets: Vec<String>,
    /// At most so many questions a set, half of them answerable where there are both kinds; always the same ones.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub sample: Option<u64>,
    /// Passes over the first so many of a sample's order, for example those that something was fitted on.
    #[arg(long, value_name = "N", requires = "sample", default_value_t = 0)]
    pub skip: u64,
    /// Where the report, the records and the indexes go; `eval-report` in the data directory by itself.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Leave out whatever needs the drafting model.
    #[arg(long)]
    pub no_drafting: bool,
    /// Measure everything anew. Otherwise results under the same model, prompts, settings and documents are kept,
    /// also across builds of the program that differ in nothing else.
    #[arg(long)]
    pub fresh: bool,
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check every entry's hash and the chain between them; names the first bad entry.
    ///
    /// It finds any edited, removed, inserted or reordered entry before the newest one. It cannot find that the
    /// newest entries were cut off together with the stored head, or that the whole log was made anew by somebody
    /// who can write to the database: that takes a copy of the head held elsewhere. Note the head it prints.
    Verify {
        /// The head (hash) you noted earlier: the log must still contain it.
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// The newest entries.
    Show {
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
        limit: u64,
        /// Only entries about this id.
        #[arg(long)]
        object: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum PeopleCommand {
    /// Add an account and print its one-time set-up link.
    Add {
        email: String,
        #[arg(long)]
        name: String,
        /// Roles, apart by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        roles: Vec<String>,
    },
    List,
    Disable {
        email: String,
    },
    /// Give an account exactly these roles.
    Role {
        email: String,
        #[arg(value_delimiter = ',', required = true)]
        roles: Vec<String>,
    },
}
