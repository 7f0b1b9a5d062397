package document

// Names of the programs that draw for a worker.
const (
	PopplerDraw = "pdftoppm"  // poppler's program that draws pages, of the Debian package poppler-utils
	PopplerInfo = "pdfinfo"   // poppler's program that lists the pages of a file, of the same package
	TIFFReader  = "tiffpages" // cmd/tiffpages
)

// PdfiumPrefix marks a PDF drawer that is not a program but the directory of a compiled pdfium.
const PdfiumPrefix = "pdfium:"

// Programs are the paths of the programs that a worker runs. Without a program, a type is not supported.
type Programs struct {
	PDF  string // PopplerDraw, or PdfiumPrefix and its directory
	Info string // PopplerInfo, which PopplerDraw needs
	TIFF string // TIFFReader
}

// First arguments of the program renderer.
const (
	// RenderArgument starts a worker that reads one document from its standard input and writes its pages to its standard
	// output. A worker has no environment and is confined by package sandbox, so that a document that takes it over gains
	// nothing and breaks nothing else.
	RenderArgument = "render"
	// CompileArgument starts a run that compiles pdfium into the directory of its second argument. pdfium loads only what
	// the same program has compiled.
	CompileArgument = "compile"
)

// Args are the arguments of a worker.
func (p Programs) Args(j Job) []string {
	return append([]string{RenderArgument, p.PDF, p.Info, p.TIFF}, j.Args()...)
}
