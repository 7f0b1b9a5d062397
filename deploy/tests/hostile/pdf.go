package hostile

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

const (
	catalogue = "<</Type/Catalog/Pages 2 0 R>>"
	onePage   = "<</Type/Pages/Count 1/Kids[3 0 R]>>"
	page      = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 5 0 R>>"
)

// PDFOf is a PDF file of these objects, the first of which is its catalogue.
func PDFOf(objects ...string) []byte { return pdfWith("", objects...) }

// pdfWith has more in its trailer.
func pdfWith(trailer string, objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	offsets := make([]int, 0, len(objects))
	for i, object := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return out.Bytes()
}

func stream(dict, content string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dict, len(content), content)
}

// deflated compresses zeros, or what is given, so many times over.
func deflated(content []byte, times int) string {
	for range times {
		var packed bytes.Buffer
		w, _ := zlib.NewWriterLevel(&packed, zlib.BestCompression)
		_, _ = w.Write(content)
		_ = w.Close()
		content = packed.Bytes()
	}
	return string(content)
}

// drawing is a page that draws by these operators, with these resources and further objects, from 6 on.
func drawing(operators, resources string, more ...string) []byte {
	return PDFOf(append([]string{catalogue, onePage, page, stream("", operators), "<<" + resources + ">>"}, more...)...)
}

// boxed is an empty page with these entries.
func boxed(entries string) []byte {
	return PDFOf(catalogue, onePage, "<</Type/Page/Parent 2 0 R"+entries+"/Contents 4 0 R>>", stream("", "0 0 100 100 re f"))
}

func manyPages(declared, real int, entries string, more ...string) []byte {
	var kids strings.Builder
	objects := []string{catalogue, ""}
	for i := range real {
		fmt.Fprintf(&kids, "%d 0 R ", i+3)
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]"+entries+">>")
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", declared, kids.String())
	return PDFOf(append(objects, more...)...)
}

// slowPages are pages that share one content.
func slowPages(pages int, operators, resources string) []byte {
	return manyPages(pages, pages, fmt.Sprintf("/Contents %d 0 R/Resources %d 0 R", pages+3, pages+4),
		stream("", operators), "<<"+resources+">>")
}

const shading = "/Shading<</S<</ShadingType 3/ColorSpace/DeviceRGB/Coords[300 400 0 300 400 900]/Extend[true true]" +
	"/Function<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1.7>>>>>>"

// millionPages has its page objects in compressed streams of objects.
func millionPages() []byte {
	const pages, perStream = 1_000_000, 100_000
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var table bytes.Buffer
	entry := func(kind byte, a, b uint32) {
		table.Write([]byte{kind, byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a), byte(b >> 16), byte(b >> 8), byte(b)})
	}
	entry(0, 0, 0)
	object := func(text string) uint32 {
		at := out.Len()
		out.WriteString(text)
		return uint32(at)
	}
	entry(1, object("1 0 obj\n"+catalogue+"\nendobj\n"), 0)
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", i+100)
	}
	entry(1, object("2 0 obj\n<</Type/Pages/Count 1000000/Kids 3 0 R>>\nendobj\n"), 0)
	entry(2, 10, 0)
	for range 6 {
		entry(0, 0, 0)
	}
	list := fmt.Sprintf("3 0 [%s]", kids.String())
	entry(0, 0, 0)
	object10 := uint32(out.Len())
	fmt.Fprintf(&out, "10 0 obj\n%s\nendobj\n", stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", deflated([]byte(list), 1)))
	entry(1, object10, 0)
	var streams []uint32
	for n := range pages / perStream {
		var head, body strings.Builder
		for i := range perStream {
			fmt.Fprintf(&head, "%d %d ", 100+n*perStream+i, body.Len())
			body.WriteString("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>> ")
		}
		streams = append(streams, uint32(out.Len()))
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", 11+n,
			stream(fmt.Sprintf("/Type/ObjStm/N %d/First %d/Filter/FlateDecode", perStream, head.Len()), deflated([]byte(head.String()+body.String()), 1)))
	}
	for _, at := range streams {
		entry(1, at, 0)
	}
	for table.Len() < 100*8 {
		entry(0, 0, 0)
	}
	for i := range pages {
		entry(2, uint32(11+i/perStream), uint32(i%perStream))
	}
	start := out.Len()
	fmt.Fprintf(&out, "99 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n",
		stream(fmt.Sprintf("/Type/XRef/Size %d/W[1 4 3]/Root 1 0 R/Filter/FlateDecode", table.Len()/8), deflated(table.Bytes(), 1)), start)
	return out.Bytes()
}

func deepTree(depth int) []byte {
	objects := []string{catalogue}
	for i := range depth {
		parent := ""
		if i > 0 {
			parent = fmt.Sprintf("/Parent %d 0 R", i+1)
		}
		objects = append(objects, fmt.Sprintf("<</Type/Pages/Count 1%s/Kids[%d 0 R]>>", parent, i+3))
	}
	return PDFOf(append(objects, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 612 792]>>", depth+1))...)
}

// samePages is a tree whose few nodes stand for a million pages.
func samePages() []byte {
	thousand := func(n int) string { return strings.Repeat(fmt.Sprintf("%d 0 R ", n), 1000) }
	return PDFOf(catalogue, "<</Type/Pages/Count 1000000/Kids["+thousand(3)+"]>>",
		"<</Type/Pages/Parent 2 0 R/Count 1000/Kids["+thousand(4)+"]>>", "<</Type/Page/Parent 3 0 R/MediaBox[0 0 612 792]>>")
}

func image(dict, content string) string {
	return stream("/Type/XObject/Subtype/Image"+dict, content)
}

const shown = "612 0 0 792 0 0 cm /I Do"

// pdfs are the PDF files of the corpus.
func pdfs() []Case {
	good := drawing("0 0 100 100 re f", "")
	nested := strings.Repeat("q ", 200_000) + "0 0 9 9 re f" + strings.Repeat(" Q", 200_000)
	return []Case{
		file("pdf/truncated in the middle", "damaged|too_complex", func() []byte { return good[:len(good)/2] }),
		file("pdf/without its table", "damaged|too_complex", func() []byte { return good[:bytes.Index(good, []byte("xref"))] }),
		file("pdf/only its first line", "damaged|too_complex", func() []byte { return good[:9] }),
		file("pdf/encrypted", "encrypted", func() []byte {
			secret := strings.Repeat("A1", 32)
			return pdfWith("/ID[<00><00>]/Encrypt 4 0 R", catalogue, onePage, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
				"<</Filter/Standard/V 1/R 2/Length 40/P -4/O<"+secret+">/U<"+secret+">>>")
		}),
		file("pdf/encrypted by an unknown handler", "encrypted|damaged", func() []byte {
			return pdfWith("/Encrypt<</Filter/Nobody/V 99>>", catalogue, onePage, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>")
		}),
		file("pdf/pages in a circle", "damaged|too_complex", func() []byte {
			return PDFOf(catalogue, "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R]>>")
		}),
		file("pdf/a table that follows itself", "damaged|too_complex|accepted", func() []byte {
			at := bytes.Index(good, []byte("xref\n"))
			return bytes.Replace(good, []byte("/Root 1 0 R"), fmt.Appendf(nil, "/Root 1 0 R/Prev %d", at), 1)
		}),
		file("pdf/a length that is its own", "damaged|too_complex|accepted", func() []byte {
			return PDFOf(catalogue, onePage, page, "<</Length 4 0 R>>stream\n0 0 9 9 re f\nendstream", "<<>>")
		}),
		file("pdf/a catalogue that is its pages", "damaged|too_complex|no_pages", func() []byte { return PDFOf("<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 1>>") }),
		file("pdf/a form that draws itself", "damaged|too_complex|accepted", func() []byte {
			return drawing("/F Do", "/XObject<</F 6 0 R>>", stream("/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</F 6 0 R>>>>", "/F Do /F Do"))
		}),
		heavy("pdf/forms that double 25 times", "damaged|too_complex|accepted", func() []byte {
			var forms []string
			for i := range 25 {
				forms = append(forms, stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</F %d 0 R>>>>", i+7), "/F Do /F Do"))
			}
			return drawing("/F Do", "/XObject<</F 6 0 R>>", append(forms, stream("/Type/XObject/Subtype/Form/BBox[0 0 612 792]", "0 0 612 792 re f"))...)
		}),
		file("pdf/a stream of objects in itself", "damaged|accepted", func() []byte {
			return PDFOf(catalogue, onePage, page, stream("/Type/ObjStm/N 1/First 4/Extends 4 0 R", "4 0 4 0 R"), "<<>>")
		}),
		file("pdf/outlines in a circle", "damaged|too_complex|accepted", func() []byte {
			return PDFOf("<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>", onePage, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
				"<</First 5 0 R/Last 5 0 R/Count 1>>", "<</Title(x)/Parent 4 0 R/Next 5 0 R/Prev 5 0 R/First 5 0 R/Last 5 0 R>>")
		}),
		file("pdf/names in a circle", "damaged|too_complex|accepted", func() []byte {
			return PDFOf("<</Type/Catalog/Pages 2 0 R/Names<</Dests 4 0 R>>>>", onePage, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>", "<</Kids[4 0 R]>>")
		}),
		file("pdf/a million declared pages", "damaged|too_complex|validation_failed", func() []byte { return manyPages(1_000_000, 1, "") }),
		file("pdf/a million pages of one", "damaged|too_complex|validation_failed", samePages),
		heavy("pdf/a million pages", "damaged|too_complex|validation_failed", millionPages),
		file("pdf/351 pages", "validation_failed", func() []byte { return manyPages(351, 351, "") }),
		file("pdf/no pages", "no_pages|damaged", func() []byte { return PDFOf(catalogue, "<</Type/Pages/Count 0/Kids[]>>") }),
		file("pdf/a tree 10,000 deep", "damaged|too_complex|accepted", func() []byte { return deepTree(10_000) }),
		file("pdf/100,000 brackets", "damaged|too_complex", func() []byte { return PDFOf("<</Type/Catalog/Pages 2 0 R/X" + strings.Repeat("[", 100_000) + ">>") }),
		file("pdf/1000:1, a gigabyte of drawing", "damaged|too_complex", func() []byte {
			return PDFOf(catalogue, onePage, page, stream("/Filter/FlateDecode", string(zeros(1000*mega))), "<<>>")
		}),
		heavy("pdf/1000:1, twice", "damaged|too_complex", func() []byte {
			return PDFOf(catalogue, onePage, page, stream("/Filter[/FlateDecode/FlateDecode]", deflated(zeros(1000*mega), 1)), "<<>>")
		}),
		heavy("pdf/1000:1, a picture", "damaged|too_complex|accepted", func() []byte {
			return drawing(shown, "/XObject<</I 6 0 R>>", image("/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", string(zeros(900_000_000))))
		}),
		heavy("pdf/1000:1, objects", "damaged|too_complex", func() []byte {
			return PDFOf(catalogue, onePage, page, stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", string(zeros(1000*mega))), "<<>>")
		}),
		file("pdf/a box of a billion", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[0 0 1e9 1e9]") }),
		file("pdf/a box of a billion by one", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[0 0 1000000000 1]") }),
		file("pdf/a box of one by a billion", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[0 0 1 1000000000]") }),
		file("pdf/a box of nothing", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[0 0 0.00001 0.00001]") }),
		file("pdf/a box inside out", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[612 792 0 0]/CropBox[-9999999999 -1 -2 -3]") }),
		file("pdf/a box of words", "accepted|damaged|too_complex", func() []byte { return boxed("/MediaBox[/a/b/c/d]") }),
		file("pdf/turned by 45", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[0 0 612 792]/Rotate 45") }),
		file("pdf/turned a billion times", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[0 0 612 792]/Rotate 900000000") }),
		file("pdf/a unit of a million", "damaged|too_complex|accepted", func() []byte { return boxed("/MediaBox[0 0 612 792]/UserUnit 1000000") }),
		heavy("pdf/100,000 pictures on a page", "damaged|too_complex|accepted", func() []byte {
			return drawing(strings.Repeat("q "+shown+" Q ", 100_000), "/XObject<</I 6 0 R>>",
				image("/Width 2000/Height 2000/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", string(zeros(4_000_000))))
		}),
		file("pdf/a million gradients", "damaged|too_complex", func() []byte { return drawing(strings.Repeat("/S sh ", 1_000_000), shading) }),
		heavy("pdf/a tile smaller than a dot", "damaged|too_complex|accepted", func() []byte {
			return drawing("/Pattern cs /P scn 0 0 612 792 re f", "/Pattern<</P 6 0 R>>",
				stream("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001/Resources<<>>", "0 0 1 1 re f"))
		}),
		file("pdf/200,000 saved states", "damaged|too_complex|accepted", func() []byte { return drawing(nested, "") }),
		heavy("pdf/a path of a million curves", "damaged|too_complex|accepted", func() []byte {
			return drawing("0 0 m "+strings.Repeat("600 9 3 700 5 600 c 1 2 600 7 8 9 c ", 250_000)+"f*", "")
		}),
		file("pdf/a letter that writes itself", "damaged|too_complex|accepted", func() []byte {
			return drawing("BT /F 9 Tf (aaaa) Tj ET", "/Font<</F 6 0 R>>",
				"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]/Resources<</Font<</F 6 0 R>>>>>>",
				stream("", "9 0 d0 BT /F 9 Tf (aaaaaaaa) Tj ET"))
		}),
		long("pdf/350 pages of 500 gradients", "damaged|too_complex|accepted", func() []byte { return slowPages(350, strings.Repeat("/S sh ", 500), shading) }),
		long("pdf/350 pages of 40 gradients", "damaged|too_complex|accepted", func() []byte { return slowPages(350, strings.Repeat("/S sh ", 40), shading) }),
		heavy("pdf/JBIG2 of noise", "damaged|too_complex|accepted", func() []byte {
			return drawing(shown, "/XObject<</I 6 0 R>>", image("/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode", noise(5000)))
		}),
		heavy("pdf/JPX of noise", "damaged|too_complex|accepted", func() []byte {
			return drawing(shown, "/XObject<</I 6 0 R>>", image("/Width 60000/Height 60000/Filter/JPXDecode", "\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 "+noise(5000)))
		}),
		file("pdf/fax code of a billion columns", "damaged|too_complex|accepted", func() []byte {
			return drawing(shown, "/XObject<</I 6 0 R>>", image("/Width 1000000000/Height 9/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 1000000000/Rows 9>>", noise(5000)))
		}),
		file("pdf/a JPEG that claims 65,500 squared", "damaged|too_complex|accepted", func() []byte {
			return drawing(shown, "/XObject<</I 6 0 R>>", image("/Width 65500/Height 65500/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", string(claimedJPEG(65_500))))
		}),
		file("pdf/what runs and launches", "damaged|too_complex|accepted", func() []byte {
			return PDFOf("<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(/bin/sh)>>/AA<</WC<</S/JavaScript/JS(app.alert(1))>>>>>>", onePage,
				"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/AA<</O<</S/URI/URI(http://127.0.0.1:9/)>>>>>>")
		}),
		file("polyglot/a PDF that is an archive", "accepted|damaged", func() []byte { return append(bytes.Clone(good), zipOf(map[string]string{"word/document.xml": "x"})...) }),
		file("polyglot/an archive that is a PDF", "type", func() []byte { return append(zipOf(map[string]string{"x": "y"}), good...) }),
		file("polyglot/a GIF that is a PDF", "accepted", func() []byte { return append([]byte("GIF89a\x01\x00\x01\x00"), good...) }),
		office("polyglot/a page of HTML that is a PDF", "accepted|damaged", func() []byte { return append([]byte("<html>"), good...) }),
		file("polyglot/a PNG and then a PDF", "accepted", func() []byte { return append(pngOf(9, 9, 8, 0, 0), good...) }),
		file("polyglot/a JPEG and then an archive", "damaged|too_complex|accepted", func() []byte { return append(claimedJPEG(8), zipOf(map[string]string{"x": "y"})...) }),
	}
}
