package insight

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/message"
)

// The id of a node is the one that most lines of its log are of, or the one that its name
// spells. An id that two nodes claim is of neither. Daemons have the names that commands
// give them; what is a chain, an operator or a migration is known from commands as well.
const (
	// logSamples is how many lines of a log are asked, spread evenly over it.
	logSamples = 32
	// maxThings bounds what is known from commands.
	maxThings = 1 << 14
)

// Thing is what an id may be of.
type Thing uint8

// The things.
const (
	ThingNode Thing = iota
	ThingDaemon
	ThingOperator
	ThingChain
	ThingMigration
)

// String returns the lower-case name.
func (t Thing) String() string {
	return [...]string{"node", "daemon", "operator", "chain", "migration"}[min(t, ThingMigration)]
}

// Entry is a thing with an id. Name is empty where none is known.
type Entry struct {
	Thing Thing
	ID    uint64
	Name  string
}

// Directory tells what ids are of. Ids of different things may be the same number. It is
// not changed once made.
type Directory struct {
	entries map[Entry]bool // by thing and id, with the name left out
	names   map[Entry]string
	nodes   map[string]uint64
}

// DirectoryOf returns the directory of chains. It reads the payloads of audit records and of
// a few lines of each log. An error of the Payloads of an audit chain is returned; a log that
// cannot be read leaves the id of its node unknown.
func DirectoryOf(ctx context.Context, chains []Chain, pace func()) (*Directory, error) {
	p := &pacer{ctx: ctx, pace: pace}
	c := &cluster{byName: map[string]*node{}}
	for _, chain := range chains {
		c.place(newSubject(chain))
	}
	if err := c.readCommands(p); err != nil {
		return nil, err
	}
	err := c.readDirectory(p)
	return c.directory, err
}

// Find returns what an id is of, nodes first.
func (d *Directory) Find(id uint64) (found []Entry) {
	for t := ThingNode; t <= ThingMigration; t++ {
		if e := (Entry{Thing: t, ID: id}); d.entries[e] {
			e.Name = d.names[e]
			found = append(found, e)
		}
	}
	return found
}

// Node returns the name of the node with an id.
func (d *Directory) Node(id uint64) (name string, known bool) {
	name, known = d.names[Entry{Thing: ThingNode, ID: id}]
	return name, known
}

// NodeID returns the id of a node.
func (d *Directory) NodeID(name string) (id uint64, known bool) {
	id, known = d.nodes[name]
	return id, known
}

// Entries returns all that is known, in the order of things and ids.
func (d *Directory) Entries() []Entry {
	var all []Entry
	for e := range d.entries {
		e.Name = d.names[e]
		all = append(all, e)
	}
	sort.SliceStable(all, func(i, j int) bool {
		return cmp.Or(cmp.Compare(all[i].Thing, all[j].Thing), cmp.Compare(all[i].ID, all[j].ID)) < 0
	})
	return all
}

// add adds a thing, and its name unless that is empty.
func (d *Directory) add(t Thing, id uint64, name string) {
	e := Entry{Thing: t, ID: id}
	if !d.entries[e] && len(d.entries) >= maxThings {
		return
	}
	d.entries[e] = true
	if name != "" {
		d.names[e] = name
	}
}

// readDirectory makes the directory of the cluster, whose commands have been read.
func (c *cluster) readDirectory(p *pacer) error {
	d := &Directory{entries: map[Entry]bool{}, names: map[Entry]string{}, nodes: map[string]uint64{}}
	c.directory = d
	claims := map[uint64]int{}
	for _, n := range c.nodes {
		id, err := n.ownID(p)
		if err != nil {
			return err
		}
		if id != 0 {
			d.nodes[n.name] = id
			claims[id]++
		}
	}
	for i := range c.commands {
		d.addCommand(&c.commands[i].record)
	}
	for _, n := range c.nodes {
		id, known := d.nodes[n.name]
		if known && claims[id] > 1 {
			delete(d.nodes, n.name)
		} else if known {
			d.add(ThingNode, id, n.name)
		}
	}
	return nil
}

// addCommand adds what a command names.
func (d *Directory) addCommand(r *snapshot.AdminAuditRecord) {
	for _, id := range r.OperatorIDs {
		d.add(ThingOperator, id, "")
	}
	for _, t := range targets(&r.Event) {
		d.add(t.Thing, t.ID, t.Name)
	}
}

// ownID returns the id that a node has by its log or its name, 0 if neither tells.
func (n *node) ownID(p *pacer) (uint64, error) {
	counts := map[uint64]int{}
	asked := 0
	for _, s := range n.of(wire.ChainLog) {
		err := s.chain.Payloads(s.samples(logSamples), func(_ int, payload []byte) error {
			var v snapshot.LogView
			if _, err := snapshot.DecodeLogView(payload, &v); err == nil && v.NodeID.Some {
				counts[v.NodeID.Value]++
				asked++
			}
			return nil
		})
		// A log that cannot be read any more costs the name of a node, not the story: that it
		// cannot is told where its rows are asked for.
		if err != nil && p.ctx.Err() != nil {
			return 0, err
		}
		if err := p.work(rowsPerChain); err != nil {
			return 0, err
		}
	}
	for id, count := range counts {
		if 2*count > asked {
			return id, nil
		}
	}
	return idIn(n.name), nil
}

// samples returns positions of records spread evenly over the chain.
func (s *subject) samples(most int) (positions []int) {
	stride := max(1, (s.chain.Len()+most-1)/most)
	for position := 0; position < s.chain.Len(); position += stride {
		if s.chain.Row(position).Decoded {
			positions = append(positions, position)
		}
	}
	return positions
}

// idIn returns the id that the name of a node spells, 0 for none: as it is, in hexadecimal
// of sixteen digits, behind a word such as "node-".
func idIn(name string) uint64 {
	word := name[strings.LastIndexAny(name, "/ ._-")+1:]
	digits, hex := strings.CutPrefix(strings.ToLower(word), "0x")
	if hex || len(digits) == 16 {
		id, err := strconv.ParseUint(digits, 16, 64)
		if err == nil && (len(digits) == 16 || id >= leastID) {
			return id
		}
	}
	if id, err := strconv.ParseUint(word, 10, 64); err == nil && id >= 1<<48 {
		return id
	}
	return 0
}

// targets returns the things that a command is about.
func targets(e *snapshot.AdminEvent) []Entry {
	node := Entry{Thing: ThingNode, ID: e.Node}
	switch e.Kind {
	case snapshot.EventDropReplicas:
		things := []Entry{node}
		for _, id := range e.Chains {
			things = append(things, Entry{Thing: ThingChain, ID: id})
		}
		return things
	case snapshot.EventForceEvictReplica, snapshot.EventForceCutover:
		return []Entry{{Thing: ThingChain, ID: e.Chain}}
	case snapshot.EventForceRestartDaemon:
		return []Entry{{Thing: ThingDaemon, ID: e.Daemon.ID, Name: e.Daemon.Name}}
	case snapshot.EventKillMigration:
		return []Entry{{Thing: ThingMigration, ID: e.Migration}}
	case snapshot.EventFreezeCluster, snapshot.EventThawCluster, snapshot.EventFlushAvoidLists:
		return nil
	}
	return []Entry{node}
}

// daemon names a daemon.
func (d *Directory) daemon(id uint64) message.Message {
	m := message.New("daemon {}", message.ID(message.ClassDaemonID, id))
	if name := d.names[Entry{Thing: ThingDaemon, ID: id}]; name != "" {
		m.Add(" {}", message.Name(message.ClassDaemon, cut(name)))
	}
	return m
}

// value names what a text names: a node or what commands know of, else a number.
func (d *Directory) value(id uint64) message.Message {
	if name, known := d.Node(id); known {
		return message.New("{}", message.Node(name))
	}
	if slices.ContainsFunc(d.Find(id), func(e Entry) bool { return e.Thing == ThingChain }) {
		return message.New("chain {}", message.ID(message.ClassChainID, id))
	}
	if id < leastID {
		return message.New("{}", message.ID(message.ClassChainID, id))
	}
	return message.New("{} ({})", hexadecimal(id), message.ID(message.ClassNodeID, id))
}

// hexadecimal spells an id as reasons do: whoever redacts reasons redacts it.
func hexadecimal(id uint64) message.Value { return message.Reason(fmt.Sprintf("0x%016x", id)) }
