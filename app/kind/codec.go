package kind

import "chainglass/wire/serdejson"

// jsonAppender returns the function that appends a record R as JSON.
func jsonAppender[R any](decode func([]byte) (R, error), appendJSON func(*R, []byte) []byte) func(dst, payload []byte) ([]byte, error) {
	return func(dst, payload []byte) ([]byte, error) {
		r, err := decode(payload)
		if err != nil {
			return dst, err
		}
		return appendJSON(&r, dst), nil
	}
}

// jsonParser returns the function that reads a record R from JSON.
func jsonParser[R any](read func(*serdejson.Cursor) R, appendPayload func(*R, []byte) []byte) func(dst []byte, c *serdejson.Cursor) ([]byte, error) {
	return func(dst []byte, c *serdejson.Cursor) ([]byte, error) {
		r := read(c)
		if err := c.End(); err != nil {
			return dst, err
		}
		return appendPayload(&r, dst), nil
	}
}
