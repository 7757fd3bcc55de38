//! Archives opened and their members taken, one after the other.
//!
//! **In:** a stream that is an archive. **Out:** its members as items, or as the table or
//! text to cut. **Unit:** members.
//!
//! The decisions that live here: which members are inputs is decided as for files in folders,
//! and those that are not are counted and passed over; an archive in an archive is entered
//! where it stands, up to [`Limits::archives`] deep; an archive without any input in it has
//! failed; one that unpacks to far too much is left.

use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;

use crate::archive::{Allowance, Container, Holds, Member, Members, Opened, is_hidden};
use crate::batch::MemberCounts;
use crate::batch::feed::input::Input;
use crate::batch::feed::stream::Stream;
use crate::batch::feed::take::Owner;
use crate::batch::feed::{Feeder, Item};
use crate::batch::worker::guarded;
use crate::extract::limits::Limits;
use crate::extract::{Source, io_reason};
use crate::walk::known::{LOOK, Verdict, by_name, is_input};

/// An archive whose members are taken.
pub(super) struct OpenArchive {
    input: Input,
    /// True where its reader is not what was read.
    anywhere: bool,
    allowance: Allowance,
    /// The archive, and those within it that were entered.
    levels: Vec<Level>,
    counts: MemberCounts,
    failures: u64,
}

struct Level {
    id: String,
    members: Box<dyn Members>,
}

impl OpenArchive {
    /// Counts a member that is read.
    pub(super) fn count(&mut self) {
        self.counts.read += 1;
    }

    /// Counts a failure in it.
    pub(super) fn failed(&mut self) {
        self.failures += 1;
    }
}

impl Feeder<'_> {
    /// Enters an archive.
    pub(super) fn enter(
        &mut self,
        stream: Stream,
        container: &Container,
        owner: Owner,
        allowance: &Allowance,
    ) {
        let deepest = self.plan.limits.archives;
        let depth = self
            .archive
            .as_ref()
            .map_or(0, |archive| archive.levels.len());
        if depth >= deepest {
            let reason = format!("an archive inside of {deepest} others, which is not opened");
            return self.give_up(owner, stream.id, "read", reason);
        }
        let id = stream.id.clone();
        let file = owner.file().filter(|_| stream.layers == 0);
        let path = file.map(|file| file.path.clone());
        let anywhere = path.is_some() && matches!(container.holds, Holds::Listed(_));
        let members = match open(stream, container, path, &self.plan.limits, allowance) {
            Ok(members) => members,
            Err(reason) => return self.give_up(owner, id, "read", reason),
        };
        let level = Level { id, members };
        match (owner, &mut self.archive) {
            (Owner::Archive, Some(archive)) => archive.levels.push(level),
            (Owner::Archive, None) => {}
            (Owner::Input(input), archive) => {
                *archive = Some(OpenArchive {
                    input,
                    anywhere,
                    allowance: allowance.clone(),
                    levels: vec![level],
                    counts: MemberCounts::default(),
                    failures: 0,
                });
            }
        }
    }

    /// Takes the next member of the archive that is open, or leaves it.
    pub(super) fn step(&mut self) {
        let Some(archive) = &mut self.archive else {
            return;
        };
        let spent = archive.allowance.spent();
        let Some(level) = archive.levels.last_mut() else {
            return self.leave();
        };
        if let Some(reason) = spent {
            archive.levels.clear();
            archive.failures += 1;
            let id = archive.input.id().to_owned();
            return self.fail(&id, "read", reason);
        }
        let next = guarded(|| level.members.next()).unwrap_or_else(|reason| Some(Err(reason)));
        match next {
            Some(Ok(member)) => {
                let id = format!("{}!{}", level.id, member.name);
                self.member(id, member);
            }
            Some(Err(reason)) => {
                let id = level.id.clone();
                archive.levels.pop();
                archive.failures += 1;
                self.fail(&id, "read", reason);
            }
            None => _ = archive.levels.pop(),
        }
        if let Some(archive) = &mut self.archive {
            self.read += archive.input.newly_read();
        }
    }

    /// Takes a member that is an input.
    fn member(&mut self, id: String, member: Member) {
        let path = PathBuf::from(&member.name);
        let verdict = by_name(&path);
        if member.name.is_empty() || is_hidden(&member.name) {
            return;
        }
        self.read += member.packed;
        if verdict == Verdict::Other {
            return self.pass_over(id);
        }
        let content = match member.content {
            Ok(content) => content,
            Err(reason) => return self.give_up(Owner::Archive, id, "read", reason),
        };
        let mut stream = Stream::new(id, path, content);
        if verdict == Verdict::Unclear {
            if let Err(error) = stream.look(LOOK) {
                return self.give_up(Owner::Archive, stream.id, "read", io_reason(&error));
            }
            if !is_input(&stream.path, stream.head()) {
                return self.pass_over(stream.id);
            }
        }
        if let Some(archive) = &self.archive {
            let allowance = archive.allowance.clone();
            self.take(stream, Owner::Archive, &allowance);
        }
    }

    fn pass_over(&mut self, id: String) {
        if let Some(archive) = &mut self.archive {
            archive.counts.passed_over += 1;
        }
        self.gather(Item::PassedOver(id));
    }

    /// Leaves the archive.
    fn leave(&mut self) {
        let Some(mut archive) = self.archive.take() else {
            return;
        };
        let MemberCounts { read, passed_over } = archive.counts;
        if read + archive.failures == 0 {
            let reason = "holds no document".to_owned();
            self.fail(archive.input.id(), "read", reason);
        }
        self.read += archive.input.newly_read();
        let mut end = match archive.anywhere {
            true => archive.input.end_unread(),
            false => archive.input.end(),
        };
        end.report.members = Some(archive.counts);
        if passed_over > 0 {
            let members = if passed_over == 1 {
                "member"
            } else {
                "members"
            };
            end.report.note =
                format!("{passed_over} {members} of unknown type passed over (-v lists them)");
        }
        self.gather(Item::End(end));
    }
}

/// The members of an archive. `path` is where it is on the disk, if it is there.
fn open(
    mut stream: Stream,
    container: &Container,
    path: Option<PathBuf>,
    limits: &Limits,
    allowance: &Allowance,
) -> Opened {
    match container.holds {
        Holds::One(_) => Err(format!("packed with {}", container.name)),
        Holds::Stream(open) => Ok(open(stream.into_reader())),
        Holds::Listed(open) => {
            let source: Box<dyn Source> = match path {
                Some(path) => Box::new(File::open(path).map_err(|error| io_reason(&error))?),
                None => {
                    let whole = stream.look_whole(limits.file);
                    if !whole.map_err(|error| io_reason(&error))? {
                        let what = format!("a {} that is not a file of its own", container.name);
                        return Err(limits.too_large(&what));
                    }
                    Box::new(Cursor::new(stream.into_head()))
                }
            };
            open(source, limits, allowance)
        }
    }
}
