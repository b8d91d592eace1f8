// Package share makes what one person hands to another: chosen entries as one
// chain export, redacted if that is asked for, and what a page shows of them where
// it cannot run.
//
//	engine.Pack ── redact.Rewrite ── a fresh engine ── report
//	   chosen        if asked for      opens what is     is made of
//	   entries                         to be shared      that alone
//
// The report and the place that a page opens at are made from what goes, never
// from what stays: nothing that was left out or redacted can get into them.
//
// The same code serves the command line and the page's worker.
package share
