//go:build !js

package cli

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"chainglass/app/engine"
	"chainglass/app/source"
	"chainglass/wire/export"
)

func verifyCommand(c *console) *cobra.Command {
	var asJSON, verbose, following bool
	var reveal string
	cmd := &cobra.Command{
		Use:   "verify PATH",
		Short: "Report what is damaged or missing, and where",
		Long: `Verify reads every entry of every chain in PATH, checks it against its checksum
where it has one (JSON and text have none) and decodes it, and reports what is
wrong with file and offset. It also says what a node would cut, drop or delete
on opening a channel folder. It changes nothing.

Exit status:
  0  nothing is damaged; there may be notes, files of other programs, plain
     text around records, and entries that are whole but are no records
  1  nothing in PATH can be read as a chain
  2  wrong usage
  3  damage, or something missing, out of order or passed over that may be part
     of a record, was found and located

Without -v at most 8 findings of a chain are listed, each with its place. With -v all
are, each with what it means, and with what a node would do to the folder.

--json prints one document: {"chains":[...],"findings":[...],"problems":[...]},
where a problem is a file that could not be used, or not wholly. A finding is by
"reader", noticed here; by "source", what an export says of the chains it was made
from, which counts as if it were noticed here; or by "sender", what the program that
wrote the export concluded, which does not. Offsets count
bytes from the start of the file, or of its inflated content inside an archive.

With --follow it goes on until Ctrl-C: it looks at PATH again and again, and reports
what was appended, what appeared, what a node's retention removed, and what was
changed where it had been read, which is then read again. An entry that is being
written is no damage. The exit status is that of all that it saw.

With --reveal it checks that REDACTED is a redacted view of ORIGINAL, an export, a
page, or the folders that were exported whole: "verify --reveal SALT ORIGINAL
REDACTED", where SALT is what the sender was shown, or the file it was saved in.
Exit status 0 if it is, 3 if it is not.`,
		Example: `  chainglass verify /var/lib/net-mesh
  chainglass verify --follow /var/lib/net-mesh
  chainglass verify --reveal public.salt incident.chain public.chain
  chainglass verify incident.zip --json | jq -r '.findings[] | [.severity, .chain, .title] | @tsv'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if reveal != "" {
				return between(2, 2, "ORIGINAL or REDACTED")(cmd, args)
			}
			return between(1, 1, "PATH")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if reveal != "" {
				return runReveal(cmd.Context(), c, reveal, args[0], args[1])
			}
			if following {
				if asJSON {
					return usagef("--json prints one document and --follow lines as they come: leave one of them out")
				}
				return runFollow(cmd.Context(), c, args[0], verbose)
			}
			return runVerify(cmd.Context(), c, args[0], asJSON, verbose)
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "list every finding with what it means")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	cmd.Flags().BoolVar(&following, "follow", false, "go on, and report what comes, until Ctrl-C")
	cmd.Flags().StringVar(&reveal, "reveal", "", "salt of a redacted view, or the file it is in: check of which original the view is")
	return cmd
}

func runVerify(ctx context.Context, c *console, path string, asJSON, verbose bool) error {
	r, err := verify(ctx, path)
	if err != nil {
		return err
	}
	if asJSON {
		err = r.writeJSON(c)
	} else {
		err = r.writeText(c, verbose)
	}
	if err != nil {
		return err
	}
	return r.status(r.damaged())
}

// status is the error that gives the exit status.
func (r *verification) status(damaged bool) error {
	switch {
	case !r.readable:
		return statusError{status: StatusFailed}
	case damaged:
		return errDamaged()
	}
	return nil
}

// verification is what verify reports.
type verification struct {
	Chains   []verifiedChain `json:"chains"`
	Findings []finding       `json:"findings"`
	Problems []problem       `json:"problems"`

	// Unrecognised counts the files that are none of ours, also those beyond the
	// problems that are listed.
	Unrecognised int `json:"unrecognised"`

	path     string
	sender   []finding
	readable bool // at least one chain or snapshot was found
}

// verifiedChain is a chain that was read.
type verifiedChain struct {
	Name     string `json:"chain"`
	Path     string `json:"path"`
	Kind     string `json:"kind"`
	Layout   string `json:"layout"`
	Entries  int    `json:"entries"`
	Read     int    `json:"read"`
	Worst    string `json:"worst"`
	findings []finding
}

// finding is something noticed about a chain. Positions count entries from 0.
type finding struct {
	// By is "reader" for what was noticed here, "source" for what an export says of
	// its source, and "sender" for what its sender's program concluded.
	By            string  `json:"by"`
	Chain         string  `json:"chain"`
	Severity      string  `json:"severity"`
	Rule          string  `json:"rule"`
	Title         string  `json:"title"`
	Detail        string  `json:"detail"`
	Position      *int    `json:"position"`
	LastPosition  *int    `json:"last_position"`
	Seq           *uint64 `json:"seq"`
	Count         int     `json:"count"`
	IndexFile     string  `json:"index_file,omitempty"`
	IndexOffset   *int64  `json:"index_offset,omitempty"`
	PayloadFile   string  `json:"payload_file,omitempty"`
	PayloadOffset *int64  `json:"payload_offset,omitempty"`
	PayloadBytes  *int64  `json:"payload_bytes,omitempty"`
	// InBlock says that the place is that of a block, which holds the payload with
	// others.
	InBlock bool `json:"in_block,omitempty"`

	severity engine.Severity
}

// problem is something that could not be used, or of which something is noted.
type problem struct {
	Path   string `json:"path"`
	Offset *int64 `json:"offset,omitempty"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Advice string `json:"advice"`
	Damage bool   `json:"damage"`

	unrecognised bool
}

// verify reads all that is found in path.
func verify(ctx context.Context, path string) (*verification, error) {
	files, err := newPathFS([]string{path})
	if err != nil {
		return nil, err
	}
	e := engine.New(engine.Options{})
	opened, err := e.Open(ctx, "", files, func(engine.Progress) {})
	if err != nil {
		return nil, err
	}
	defer e.Close(opened.Source)
	if opened.Cancelled {
		return nil, ctx.Err()
	}
	r := &verification{Problems: problemsOf(files, opened.Problems), Unrecognised: opened.Unrecognised, path: path, readable: len(opened.Bases) > 0}
	return r, r.addChains(e, files)
}

// addChains adds all chains that are open.
func (r *verification) addChains(e *engine.Engine, files *pathFS) error {
	r.Chains, r.Findings = []verifiedChain{}, []finding{}
	chains := e.Chains()
	for i := range chains {
		if err := r.addChain(e, files, &chains[i]); err != nil {
			return err
		}
	}
	r.readable = r.readable || len(chains) > 0
	return r.addSender(e)
}

// byReader stands for what was noticed here.
const byReader = "reader"

// addSender adds what the senders of exports concluded. It is no damage.
func (r *verification) addSender(e *engine.Engine) error {
	story, err := e.SenderInsights(nil)
	if err != nil || len(story) == 0 {
		return err
	}
	names := map[uint32]string{}
	for _, info := range e.Chains() {
		names[uint32(info.ID)] = chainName(&source.Chain{Node: info.Node, Channel: info.Channel})
	}
	for i := range story {
		f := &story[i]
		r.sender = append(r.sender, finding{
			By: export.BySender, Chain: names[f.Chain], Severity: f.Severity.String(), Rule: string(f.Rule),
			Title: f.Title.String(), Detail: f.Detail.String(), Position: &f.First, LastPosition: &f.Last, Count: f.Count,
		})
	}
	r.Findings = append(r.Findings, r.sender...)
	return nil
}

func (r *verification) addChain(e *engine.Engine, files *pathFS, info *engine.ChainInfo) error {
	findings, err := e.Findings(info.ID)
	if err != nil {
		return err
	}
	c := verifiedChain{
		Name:    chainName(&source.Chain{Node: info.Node, Channel: info.Channel}),
		Path:    files.Display(info.Origin),
		Kind:    info.Kind.String(),
		Layout:  info.Layout,
		Entries: info.Entries,
		Read:    info.Indexed,
		Worst:   info.Worst.String(),
	}
	for i := range findings {
		c.findings = append(c.findings, newFinding(files, c.Name, &findings[i]))
	}
	r.Chains = append(r.Chains, c)
	r.Findings = append(r.Findings, c.findings...)
	return nil
}

func newFinding(files *pathFS, chain string, f *engine.Finding) finding {
	out := finding{
		By: byReader, Chain: chain, Severity: f.Severity.String(), Rule: f.Rule, Title: f.Title.String(), Detail: f.Detail.String(),
		Count: f.Count, severity: f.Severity,
	}
	if f.Carried {
		out.By = export.BySource
	}
	if f.Position >= 0 {
		out.Position, out.LastPosition, out.Seq = &f.Position, &f.LastPosition, &f.Seq
	}
	if at := &f.Location; at.IndexFile != "" {
		out.IndexFile, out.IndexOffset = files.Display(at.IndexFile), &at.IndexOffset
	}
	if at := &f.Location; at.PayloadFile != "" {
		out.PayloadFile = at.PayloadFile
		if !f.Carried {
			out.PayloadFile = files.Display(at.PayloadFile)
		}
		if at.PayloadOffset != source.UnknownOffset {
			out.PayloadOffset, out.PayloadBytes, out.InBlock = &at.PayloadOffset, &at.PayloadBytes, at.InBlock
		}
	}
	return out
}

// problemsOf returns the problems that no chain's findings state. A file of no known
// format is a note; a file of a known format that cannot be read whole is damage.
func problemsOf(files *pathFS, found []engine.Problem) []problem {
	list := []problem{}
	for i := range found {
		p := &found[i]
		if p.Chain != 0 {
			continue
		}
		told := problem{
			Title: p.Title, Detail: p.Detail, Advice: p.Advice, Damage: p.Severity >= engine.SeverityWarning,
			unrecognised: p.Unrecognised,
		}
		if p.Path != "" {
			told.Path = files.Display(p.Path)
		}
		if p.Offset.Some {
			told.Offset = &p.Offset.Value
		}
		list = append(list, told)
	}
	return list
}

// damaged reports whether anything is bad, missing or out of order.
func (r *verification) damaged() bool {
	for i := range r.Findings {
		if f := &r.Findings[i]; engine.MeansDamage(f.severity, f.Rule) {
			return true
		}
	}
	for i := range r.Problems {
		if r.Problems[i].Damage {
			return true
		}
	}
	for i := range r.Chains {
		if r.Chains[i].Read < r.Chains[i].Entries {
			return true
		}
	}
	return false
}

func (r *verification) writeJSON(c *console) error {
	e := json.NewEncoder(c.json)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
