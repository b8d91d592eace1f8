// Package notes draws the tab of notes and the form that they are written in.
package notes
