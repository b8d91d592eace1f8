// Package findings draws the tab of what was noticed: the story and the integrity of the
// chains, the reasons given, what operators did.
package findings
