// Package serdejson writes JSON text exactly as serde_json's compact writer
// does, byte for byte, and reads JSON as leniently and as strictly as
// serde_json and serde's derived readers do. It knows no record types: those
// are described by a [Shape] (a struct) or an [Enum] and read with a few lines
// each.
//
//	u8 u32 u64     12                     whole, up to 18446744073709551615
//	f32 f64        0.42  1.0  1e+20       shortest form; NaN and infinity are null
//	bool           true | false
//	string         "a\nb"                 escapes \" \\ \b \f \n \r \t \u00xx only
//	option         null | value           a missing key is null
//	seq, set       [v,v,...]
//	map            {"7":v,"12":v}         u64 keys in quotes, ascending
//	struct         {"a":v,"b":v}          also read from [v,v] in field order
//	enum           "Unit"                 also read from {"Unit":null}
//	               {"Variant":{"a":v}}
//
// The reader accepts two spellings more than serde, because other writers of
// the same records use them: camelCase keys for snake_case fields (tsMs for
// ts_ms), and lower-case variant names where an [Enum] asks for it.
//
// What programs in other languages make of the same values, such as whole numbers
// in strings, is read by a cursor of [NewLenientCursor] only.
//
// The package imports the standard library only and never panics on input.
//
//	var failure = serdejson.NewShape("FailureRecord", "seq source reason recorded_at_ms")
//
//	c := serdejson.NewCursor(text)
//	c.Struct(failure, func(field string) {
//		switch field {
//		case "seq":
//			r.Seq = c.U64()
//		case "source":
//			r.Source = c.String()
//		...
//		}
//	})
//	if err := c.End(); err != nil { ... } // class, message, field, offset, line, column
package serdejson
