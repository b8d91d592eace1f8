// Package filter draws the filter line with its suggestions, the facets beside the
// table, and the help of the filter language.
package filter
