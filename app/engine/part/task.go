package part

import (
	"chainglass/app/source"
	"chainglass/wire"
)

// Task is a run of entries of a chain that is to be read.
type Task struct {
	// Recipe is how whoever has the same files opens the chain.
	Recipe source.Recipe
	// Kind is what the chain is read as.
	Kind wire.ChainKind
	// First is the position of the first entry, Count how many there are, at most LeafRows.
	First, Count int
}
