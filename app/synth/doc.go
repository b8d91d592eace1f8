// Package synth makes up action chains of any size that look like those of a
// real node: calm hours and storms of failures, retries under the same id,
// daemons that crash-loop behind growing backoffs, restarts. The same seed gives
// the same records. Chains of it are for trying things out and for measuring.
package synth
