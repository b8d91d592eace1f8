package kind

import (
	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

// appendFieldsJSON appends the record in a payload as JSON, as serde writes it: structs
// as objects, options as the value or null, a variant without fields as its name and
// one with fields as an object with its name as the only key.
func (k *Kind) appendFieldsJSON(dst, payload []byte) ([]byte, error) {
	body, err := k.body(payload)
	if err != nil {
		return dst, err
	}
	c := postcard.NewCursor(body)
	with := objectJSON(&c, k.Fields, dst)
	if err := c.Err(); err != nil {
		return dst, err
	}
	return with, nil
}

func objectJSON(c *postcard.Cursor, fields []Field, dst []byte) []byte {
	dst = append(dst, '{')
	for i := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(serdejson.AppendString(dst, fields[i].Name), ':')
		dst = valueJSON(c, &fields[i], dst)
	}
	return append(dst, '}')
}

func valueJSON(c *postcard.Cursor, f *Field, dst []byte) []byte {
	switch f.Type {
	case TypeU64:
		return serdejson.AppendU64(dst, c.U64(f.Name))
	case TypeU32:
		return serdejson.AppendU64(dst, uint64(c.U32(f.Name)))
	case TypeBool:
		return serdejson.AppendBool(dst, c.Bool(f.Name))
	case TypeString:
		return serdejson.AppendString(dst, c.String(f.Name))
	case TypeOption:
		if !c.Option(f.Name) {
			return serdejson.AppendNull(dst)
		}
		return valueJSON(c, f.Elem, dst)
	case TypeSeq:
		return listJSON(c, f, dst)
	case TypeStruct:
		return objectJSON(c, f.Fields, dst)
	case TypeDuration:
		secs, nanos := carried(c, c.U64(f.Fields[0].Name), uint64(c.U32(f.Fields[1].Name)), f.Fields[1].Name)
		dst = serdejson.AppendU64(append(dst, `{"secs":`...), secs)
		dst = serdejson.AppendU64(append(dst, `,"nanos":`...), nanos)
		return append(dst, '}')
	}
	v := c.Variant(f.Name, uint32(len(f.Variants)))
	if c.Failed() {
		return dst
	}
	variant := &f.Variants[v]
	if len(variant.Fields) == 0 {
		return serdejson.AppendString(dst, variant.Name)
	}
	dst = append(serdejson.AppendString(append(dst, '{'), variant.Name), ':')
	return append(objectJSON(c, variant.Fields, dst), '}')
}

func listJSON(c *postcard.Cursor, f *Field, dst []byte) []byte {
	dst = append(dst, '[')
	n := c.Count(f.Name)
	for i := uint64(0); i < n && !c.Failed(); i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = valueJSON(c, f.Elem, dst)
	}
	return append(dst, ']')
}
