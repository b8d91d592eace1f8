// Package insight finds the story in chains: which process restarted, what failed
// again and again, when it began and where, what the operators did and what came
// of it.
//
// It knows neither files nor screens. It imports wire, snapshot, order, a hash and
// the standard library, nothing else.
//
// What the story needs of a chain is gathered while the chain is read: a [Watch] is
// fed with the columns of its rows, once, in order, and with the [Told] of the few
// records whose payload says more than an index does. [Analyse] walks no rows:
//
//	digest     every row, by whoever reads it        digest.go
//	Watch      every row, while it is read           restart.go rates.go novelty.go
//	                                                 silence.go clock.go panic.go
//	                                                 keys.go named.go
//	           single actions, once it is known      actions.go storm.go loop.go
//	           which process each is of              idtable.go
//	judge      what was gathered, per node           processes.go burst.go skew.go
//	                                                 operator.go
//	           what is of several nodes              directory.go spell.go blame.go
//	match      what must be on two chains            live.go
//
// and looks up the rows that it names, a few thousand spread over each chain, and
// the classes of the rows of a burst.
//
// Every rule is one file. It says how it decides, its thresholds are named
// constants, and what it remembers is bounded whatever the chains hold, but for the
// keys of keys.go. A rule that is not sure says nothing, or says how sure it is: see
// [Confidence].
//
//	watch := insight.NewWatch(kind)
//	watch.Rows(&rows, classes) // again and again
//	findings, err := insight.Analyse(ctx, chains, runtime.Gosched)
package insight
