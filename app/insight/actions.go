package insight

import "slices"

// action is a row of an action chain, and what it tells if it failed or was gated.
type action struct {
	position       int
	id             uint64
	timeNS, timeMS uint64
	flags          uint8
	told           Told
}

// actionWatch follows single actions: the rules that must know which process an
// action is of. That a process has begun is known only fallWindow numbered rows
// later, so the actions behind a place where one may have begun wait until then.
// Actions without an id take no part: the executor numbers them from 1.
type actionWatch struct {
	storms stormWatch
	loops  loopWatch
	// process is how many falls of the chain have been passed.
	process int
	// late are the actions that wait; they are no more than fallWindow.
	late []action
}

// fresh returns how many of the next rows, given their ids, may be of an action that is
// open before them and is not told apart by an id that comes again: ids of the executor
// count up, so they are few.
func (x *actionWatch) fresh(ids []uint64) int {
	highest := x.storms.highest
	for i := range x.late {
		highest = max(highest, x.late[i].id)
	}
	n := 0
	for n < len(ids) && ids[n] <= highest {
		n++
	}
	return n
}

// rows follows the actions of a run, whose falls are known as far as they can be.
func (x *actionWatch) rows(r *run, falls *fallWatch) {
	settled := falls.settled(r.first + len(r.id))
	x.catchUp(falls.falls, settled)
	ready := min(max(settled-r.first, 0), len(r.id))
	told := r.told
	for _, row := range r.open {
		i := int(row)
		if i >= ready {
			break
		}
		flags := r.notes[r.class[i]].flags
		if flags == 0 && !x.storms.places.may(r.id[i]) {
			continue // dispatched, and nothing of it is open
		}
		a := action{position: r.first + i, id: r.id[i], timeNS: r.timeNS[i], timeMS: r.timeMS[i], flags: flags}
		if flags&classTells != 0 {
			a.told, told = told[0], told[1:]
		}
		if a.id != 0 {
			x.follow(falls.falls, &a)
		}
	}
	for i := ready; i < len(r.id); i++ {
		a := action{position: r.first + i, id: r.id[i], timeNS: r.timeNS[i], timeMS: r.timeMS[i], flags: r.notes[r.class[i]].flags}
		if a.flags&classTells != 0 {
			a.told, told = told[0], told[1:]
		}
		if a.id != 0 {
			x.late = append(x.late, a)
		}
	}
}

// catchUp follows the actions that need to wait no longer.
func (x *actionWatch) catchUp(falls []fall, settled int) {
	n := 0
	for ; n < len(x.late) && x.late[n].position < settled; n++ {
		x.follow(falls, &x.late[n])
	}
	x.late = slices.Delete(x.late, 0, n)
}

// follow follows one action.
func (x *actionWatch) follow(falls []fall, a *action) {
	for x.process < len(falls) && falls[x.process].after.position <= a.position {
		x.storms.endProcess()
		x.loops.endRun()
		x.process++
	}
	if a.flags&classGated != 0 {
		x.loops.gated(a)
	} else {
		x.storms.action(a)
	}
}

// finish follows what waits, and ends what is open.
func (x *actionWatch) finish(w *Watch) {
	x.catchUp(w.falls.falls, w.next)
	x.storms.endProcess()
	x.loops.endRun()
}

func (x *actionWatch) clone() *actionWatch {
	if x == nil {
		return nil
	}
	return &actionWatch{x.storms.clone(), x.loops.clone(), x.process, slices.Clone(x.late)}
}
