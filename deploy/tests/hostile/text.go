package hostile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

func zipOf(files map[string]string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range files {
		f, _ := w.Create(name)
		_, _ = f.Write([]byte(content))
	}
	_ = w.Close()
	return out.Bytes()
}

const (
	types    = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.%s.main+xml"/></Types>`
	relation = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	leads    = `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" %s/>`
	word     = `<?xml version="1.0"?>%s<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>%s</w:body></w:document>`
)

func docx(prolog, body, relations string, more map[string]string) []byte {
	files := map[string]string{
		"[Content_Types].xml":          fmt.Sprintf(types, "word/document.xml", "wordprocessingml.document"),
		"_rels/.rels":                  fmt.Sprintf(relation, fmt.Sprintf(leads, 1, "officeDocument", "word/document.xml", "")),
		"word/_rels/document.xml.rels": fmt.Sprintf(relation, relations),
		"word/document.xml":            fmt.Sprintf(word, prolog, body),
	}
	for name, content := range more {
		files[name] = content
	}
	return zipOf(files)
}

func xlsx(rows int, cell string) []byte {
	var sheet strings.Builder
	sheet.WriteString(`<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for n := range rows {
		fmt.Fprintf(&sheet, `<row r="%d"><c r="A%d">%s</c></row>`, n+1, n+1, cell)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	return zipOf(map[string]string{
		"[Content_Types].xml":        strings.Replace(fmt.Sprintf(types, "xl/workbook.xml", "spreadsheetml.sheet"), "</Types>", `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`, 1),
		"_rels/.rels":                fmt.Sprintf(relation, fmt.Sprintf(leads, 1, "officeDocument", "xl/workbook.xml", "")),
		"xl/workbook.xml":            `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": fmt.Sprintf(relation, fmt.Sprintf(leads, 1, "worksheet", "worksheets/sheet1.xml", "")),
		"xl/worksheets/sheet1.xml":   sheet.String(),
	})
}

const paragraph = `<w:p><w:r><w:t>x</w:t></w:r></w:p>`

func nestedTables(depth int) string {
	return strings.Repeat(`<w:tbl><w:tr><w:tc>`, depth) + paragraph + strings.Repeat(`</w:tc></w:tr></w:tbl>`+paragraph, depth)
}

// borderBomb takes exponential time in CSS validators that try every split of a value.
var borderBomb = "border:" + strings.Repeat("1px ", 40) + "!"

// covered is a fax with a cover page of HTML.
func covered(name, want, page string) Case {
	return Case{Name: name, Want: want, Office: true, Body: func() io.Reader {
		return io.MultiReader(strings.NewReader(field("cover_page", page)), formOf([]byte("Hello.\n")))
	}}
}

// texts are the texts and the pages of HTML of the corpus.
func texts() []Case {
	repeated := func(piece string, size int) []byte { return bytes.Repeat([]byte(piece), size/len(piece)) }
	return []Case{
		file("text/nothing", "no_pages", func() []byte { return nil }),
		file("text/white space of 10 MB", "no_pages", func() []byte { return repeated(" \n", 10*mega) }),
		file("text/a mark and nothing", "no_pages", func() []byte { return []byte("\xef\xbb\xbf") }),
		file("text/one line of 10 MB", "validation_failed", func() []byte { return repeated("a", 10*mega) }),
		file("text/10 MB of pages", "validation_failed", func() []byte { return append(repeated("\f", 10*mega-1), 'x') }),
		long("text/349 full pages", "accepted", func() []byte { return bytes.Repeat(append(repeated("W", 79), '\n'), 349*60) }),
		file("text/UTF-16", "accepted", func() []byte {
			out := []byte{0xff, 0xfe}
			for _, unit := range utf16.Encode([]rune("Hello, wide world.\n")) {
				out = append(out, byte(unit), byte(unit>>8))
			}
			return out
		}),
		file("text/control characters", "type", func() []byte { return []byte("a\x1b[31mb\x07\x08\n") }),
		file("text/in no encoding", "type", func() []byte { return []byte("caf\xe9 \x81 text\n") }),
		office("text/marks upon marks", "validation_failed|damaged|accepted|type", func() []byte { return append([]byte("a"), repeated("\u0301", 10*mega-10)...) }),
		office("text/letters that fall apart", "validation_failed|damaged|accepted", func() []byte { return repeated("\ufdfa", 4*mega) }),
		office("text/turned around", "accepted", func() []byte { return []byte("invoice \u202etxt.exe\u202c \u2066x\u2069\n") }),
		office("text/CJK of 10 MB", "validation_failed|damaged|too_large", func() []byte { return repeated("漢", 10*mega) }),
		file("office/a text of OpenDocument that is a DOCX as well", "type", func() []byte {
			return docx("", paragraph, "", map[string]string{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
		}),
		office("html/tables in tables, 10 MB", "damaged|too_complex|too_large|validation_failed|accepted", func() []byte {
			return append([]byte("<html>"), repeated("<table><tr><td>", 10*mega-6)...)
		}),
		office("html/10 MB of one attribute", "damaged|too_complex|too_large|validation_failed|accepted", func() []byte {
			return append(append([]byte(`<html><p style="`), repeated("color:red;", 10*mega-100)...), []byte(`">x`)...)
		}),
		office("html/10 MB of styles", "damaged|too_complex|too_large|validation_failed|accepted", func() []byte {
			return append([]byte("<html>"), repeated(`<p style="color:red;width:9px;margin:1px 2px">x</p>`, 10*mega-6)...)
		}),
		office("html/a border that was work without end", "accepted", func() []byte { return []byte("<html><p style=\"" + borderBomb + "\">x") }),
		office("html/100 KB of fonts", "accepted", func() []byte {
			return []byte("<html><p style=\"font-family:" + strings.Repeat("a,", 50_000) + "!\">x")
		}),
		covered("html/a cover with a border that was work without end", "accepted", "<html><p style=\""+borderBomb+"\">x"),
		office("html/what asks for more", "accepted", func() []byte {
			return []byte(`<html><img src="http://127.0.0.1:9/a"><img src="file:///etc/passwd"><iframe src="file:///etc/passwd"></iframe><object data="file:///etc/passwd"></object>x`)
		}),
		file("polyglot/SVG", "type", func() []byte { return []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`) }),
		file("polyglot/a program", "type", func() []byte { return []byte("\x7fELF\x02\x01\x01" + noise(1000)) }),
		file("polyglot/noise", "type", func() []byte { return []byte(noise(100_000)) }),
	}
}

// documents are those of office programs.
func documents() []Case {
	zeros := strings.Repeat("\x00", 1<<20)
	return []Case{
		office("docx/an archive of noise", "type|damaged", func() []byte { return append([]byte("PK\x03\x04"), noise(5000)...) }),
		office("docx/1000:1", "damaged|too_complex|too_large", func() []byte { return docx("", strings.Repeat(paragraph, 25_000_000), "", nil) }),
		office("docx/1000:1, elsewhere", "damaged|too_complex|too_large|accepted", func() []byte {
			return docx("", paragraph, "", map[string]string{"word/media/image1.png": strings.Repeat(zeros, 1000)})
		}),
		office("docx/entities that multiply", "damaged|too_complex|accepted|too_large", func() []byte {
			var entities strings.Builder
			for i := range 9 {
				fmt.Fprintf(&entities, `<!ENTITY e%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&e%d;", i), 10))
			}
			return docx(`<!DOCTYPE x [<!ENTITY e0 "ha">`+entities.String()+`]>`, `<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>`, "", nil)
		}),
		office("docx/tables in tables", "damaged|too_complex|accepted|too_large", func() []byte { return docx("", nestedTables(5000), "", nil) }),
		office("docx/60,000 files", "damaged|too_complex|accepted|too_large", func() []byte {
			more := map[string]string{}
			for i := range 60_000 {
				more[fmt.Sprintf("x/%d", i)] = ""
			}
			return docx("", paragraph, "", more)
		}),
		office("docx/macros and links outside", "accepted|damaged", func() []byte {
			return docx("", paragraph, fmt.Sprintf(leads, 1, "attachedTemplate", "http://127.0.0.1:9/t.dotm", `TargetMode="External"`)+
				fmt.Sprintf(leads, 2, "oleObject", "file:///etc/passwd", `TargetMode="External"`), map[string]string{"word/vbaProject.bin": noise(5000)})
		}),
		office("docx/encrypted", "type|encrypted", func() []byte { return append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), noise(5000)...) }),
		office("xlsx/a million rows", "validation_failed|damaged|too_large", func() []byte { return xlsx(1_000_000, "<v>1</v>") }),
		office("xlsx/the last cell of a sheet", "validation_failed|damaged|too_large|accepted", func() []byte {
			return bytes.Clone(xlsxAt("XFD1048576"))
		}),
		office("xlsx/formulas that feed on themselves", "validation_failed|damaged|too_large|accepted", func() []byte { return xlsx(20_000, "<f>SUM(A1:A1048576)</f>") }),
	}
}

func xlsxAt(cell string) []byte {
	instance := map[string]string{
		"[Content_Types].xml":        strings.Replace(fmt.Sprintf(types, "xl/workbook.xml", "spreadsheetml.sheet"), "</Types>", `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`, 1),
		"_rels/.rels":                fmt.Sprintf(relation, fmt.Sprintf(leads, 1, "officeDocument", "xl/workbook.xml", "")),
		"xl/workbook.xml":            `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": fmt.Sprintf(relation, fmt.Sprintf(leads, 1, "worksheet", "worksheets/sheet1.xml", "")),
		"xl/worksheets/sheet1.xml":   `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="` + cell + `"><v>1</v></c></row></sheetData></worksheet>`,
	}
	return zipOf(instance)
}
