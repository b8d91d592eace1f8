package postcard

// Option is a value that may be absent. The zero Option is absent, and Options
// of comparable types compare with ==.
type Option[T any] struct {
	// Value is meaningful only when Some is true; it is the zero value otherwise.
	Value T
	// Some reports whether a value is present.
	Some bool
}

// Some returns an Option that holds v.
func Some[T any](v T) Option[T] { return Option[T]{Value: v, Some: true} }

// None returns an absent Option.
func None[T any]() Option[T] { return Option[T]{} }

// Get returns the value and whether it is present.
func (o Option[T]) Get() (T, bool) { return o.Value, o.Some }

// Or returns the value, or fallback when there is none.
func (o Option[T]) Or(fallback T) T {
	if o.Some {
		return o.Value
	}
	return fallback
}
