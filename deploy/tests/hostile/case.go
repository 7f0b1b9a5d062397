package hostile

import (
	"io"
	"strings"
)

// Case is something bad to send.
type Case struct {
	Name string
	// Want is what may be answered, any of those between bars: "accepted", the reason of an unsupported_document, or
	// an error code.
	Want   string
	Office bool // it needs LibreOffice, which takes seconds
	// Body is sent with the type of a form whose boundary is Boundary. A body that is too long to be held ends by itself.
	Body func() io.Reader
	// Header has more headers, or others.
	Header map[string]string
	// Slow says that the body comes so slowly that time is what it attacks.
	Slow bool
	// Long says that it is worth as much work as a long document.
	Long bool
	// Heavy says that it uses up what a document may take, which is seconds.
	Heavy bool
}

// Wanted reports whether an outcome is one that may be.
func (c Case) Wanted(outcome string) bool {
	for wanted := range strings.SplitSeq(c.Want, "|") {
		if wanted == outcome {
			return true
		}
	}
	return false
}

// WantedOfPage is Wanted for the status of a page, which has no code.
func (c Case) WantedOfPage(status int) bool {
	return status/100 == 4 && c.Want != "accepted"
}

// All is the corpus.
func All() []Case {
	var all []Case
	for _, some := range [][]Case{pdfs(), pictures(), texts(), documents(), forms()} {
		all = append(all, some...)
	}
	return all
}

// file is a form whose file is content.
func file(name, want string, content func() []byte) Case {
	return Case{Name: name, Want: want, Body: func() io.Reader { return formOf(content()) }}
}

// long is a file that is as much work as a fax may be. On a busy machine it may last longer than anybody waits.
func long(name, want string, content func() []byte) Case {
	c := file(name, want+"|service_unavailable", content)
	c.Long = true
	return c
}

// heavy is a file that uses up what it may.
func heavy(name, want string, content func() []byte) Case {
	c := file(name, want, content)
	c.Heavy = true
	return c
}

func office(name, want string, content func() []byte) Case {
	c := file(name, want+"|too_complex", content)
	c.Office = true
	return c
}
