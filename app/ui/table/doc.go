// Package table draws the rows of one chain or several, and the header above them.
package table
