package engine

import (
	"path"
	"slices"

	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/redex"
)

// recoveries judge the entries of a channel by the rules of released versions
// while they are read, so that what a node would lose on opening the folder is
// known without a second pass.
type recoveries []*redex.Recovery

func newRecoveries(found source.Chain) recoveries {
	if found.Redex == nil {
		return nil
	}
	return recoveries{
		found.Redex.Generation.NewRecovery(redex.V0_21_0),
		found.Redex.Generation.NewRecovery(redex.V0_34_0),
	}
}

// add judges an entry, addRun sound ones whose sequence numbers count up from seq.
func (r recoveries) add(position int, e *wire.Entry) {
	for _, recovery := range r {
		recovery.Keep(position, e)
	}
}

func (r recoveries) addRun(first, n int, seq uint64) {
	for _, recovery := range r {
		recovery.KeepRun(first, n, seq)
	}
}

// storageFindings adds what is noticed about a whole channel folder: what a node
// would do to it, and what lies in it besides the chain. settled says that what its end
// lacked was being written when the folder was opened.
func (c *builder) storageFindings(settled bool) {
	if c.source.Redex == nil {
		return
	}
	g, file := c.source.Redex.Generation, c.source.Redex.File
	idx, _, ts := g.Paths()
	c.folderFindings(c.source.Redex)
	if n := g.PartialRow(); n > 0 && !settled {
		c.noteAt(Location{IndexFile: file(idx), IndexOffset: int64(g.Len()) * redex.RowSize},
			SeverityWarning, "partial-row", message.New("idx ends within a row"),
			message.New("{byte is|bytes are} left over after the last whole row of {byte|bytes}: an interrupted write or a cut copy.", message.Count(n), message.Count(redex.RowSize)))
	}
	if n := g.Times(); n < g.Len() && !settled {
		c.noteAt(Location{IndexFile: file(ts), IndexOffset: int64(n) * redex.TSSize},
			SeverityWarning, "times-missing", message.New("{} of {entry|entries} have no append time", message.Count(g.Len()-n), message.Count(g.Len())),
			message.New("ts is missing or shorter than idx. A node gives up all append times then and stamps every entry with the time of opening; the times that are there are shown here."))
	}
	if c.checks.listed[ruleWritten] > 0 {
		return // a node has it open
	}
	for _, recovery := range c.recovery {
		report, err := recovery.Finish()
		if err != nil {
			c.note(SeverityWarning, "recovery", message.New("What a node would keep is not known"), message.New("{}", message.Text(err.Error())))
			continue
		}
		c.recoveryFinding(report)
	}
}

// folderFindings reports the state of the manifest and what else is there.
func (c *builder) folderFindings(folder *source.RedexInfo) {
	channel := folder.Channel
	if channel.Manifest.Err != nil {
		c.noteAt(Location{IndexFile: folder.File(path.Join(channel.Dir, "manifest"))},
			SeverityDamage, "manifest", message.New("The manifest is damaged"), message.New("{}", message.Text(channel.Manifest.Err.Error())))
	}
	if channel.ManifestTmp.Present {
		c.noteAt(Location{IndexFile: folder.File(path.Join(channel.Dir, "manifest.tmp"))},
			SeverityNote, "manifest-tmp", message.New("manifest.tmp was left behind"),
			message.New("A write of the manifest was interrupted. A node ignores the file and deletes it."))
	}
	var others []message.Message
	more := 0
	for _, g := range channel.Generations {
		if g.Number == folder.Generation.Number() {
			continue
		}
		if more++; len(others) < maxListed {
			others = append(others, message.New("{}", message.Kind(redex.GenerationDir(g.Number))))
		}
	}
	if more > 0 {
		detail := message.New("{,}", message.List(others...))
		if rest := more - len(others); rest > 0 {
			detail.Add(" and {} more", message.Count(rest))
		}
		detail.Add(". A node deletes every generation it does not open.")
		c.note(SeverityNote, "other-generations", message.New("{more generation is|more generations are} in the folder", message.Count(more)), detail)
	}
}

// recoveryFinding reports what a node would drop or destroy, if it would.
func (c *builder) recoveryFinding(report redex.Report) {
	if len(report.Steps) == 0 && report.Kept == report.Entries {
		return
	}
	var text message.Message
	for i, step := range report.Steps {
		if i > 0 {
			text.Add("\n")
		}
		if i == maxListed {
			text.Add("and {} more", message.Count(len(report.Steps)-i))
			break
		}
		text.Add("{} {}: {}", message.Kind(step.Kind.String()), message.Path(step.Path), message.List(message.Own(step.Text)))
	}
	severity := SeverityNote
	if report.Kept < report.Entries || cutsPayloads(report) {
		severity = SeverityWarning
	}
	c.note(severity, "recovery-"+report.Rules.String(),
		message.New("A node of {} would keep {} of {entry|entries} on opening this folder", message.Kind(report.Rules.String()), message.Count(report.Kept), message.Count(report.Entries)),
		text)
}

// cutsPayloads reports whether a node would cut bytes off dat: payloads that no
// row leads to any more.
func cutsPayloads(report redex.Report) bool {
	return slices.ContainsFunc(report.Steps, func(s redex.Step) bool {
		return s.Kind == redex.StepTruncate && path.Base(s.Path) == "dat"
	})
}

// maxListed is how many files or steps a finding names.
const maxListed = 20

// note adds a finding about the chain as a whole.
func (c *builder) note(severity Severity, rule string, title, detail message.Message) {
	c.noteAt(Location{}, severity, rule, title, detail)
}

// noteAt adds a finding about a place in the chain's files that is no entry's.
func (c *builder) noteAt(at Location, severity Severity, rule string, title, detail message.Message) {
	c.checks.add(Finding{Severity: severity, Rule: rule, Title: title, Detail: detail, Position: -1, Location: at})
}
