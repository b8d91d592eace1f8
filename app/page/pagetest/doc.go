// Package pagetest holds what the tests of the page's state and of its drawing
// share: a real engine in the same process, whose answers wait until they are
// delivered, and a host that remembers what it was asked.
package pagetest
