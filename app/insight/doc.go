// Package insight finds the story in chains that are already indexed: which
// process restarted, what failed again and again, when it began and where, what
// the operators did and what came of it.
//
// It sees chains through the interface [Chain] and knows neither files nor
// screens. It imports wire, snapshot, order and the standard library, nothing
// else.
//
// [Analyse] reads every chain once, action chains twice, and the bursts of an
// action chain once more:
//
//	survey     every row of every chain              restart.go rates.go novelty.go
//	                                                 silence.go clock.go panic.go
//	judge      what the survey noted, per node       processes.go burst.go skew.go
//	                                                 operator.go
//	actions    the action chains once more, with     storm.go loop.go live.go
//	           the payloads of failed and gated rows
//
// Every rule is one file. It says how it decides, its thresholds are named
// constants, and what it remembers is bounded whatever the chains hold. A rule
// that is not sure says nothing, or says how sure it is: see [Confidence].
//
//	findings, err := insight.Analyse(ctx, chains, runtime.Gosched)
package insight
