package hostile

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// Boundary is that of every form of the corpus.
const Boundary = "hostile-boundary"

const (
	toField  = "--" + Boundary + "\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\n+15005550001\r\n"
	fileHead = "--" + Boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"\r\nContent-Type: application/octet-stream\r\n\r\n"
	end      = "\r\n--" + Boundary + "--\r\n"
)

func formOf(content []byte) io.Reader {
	return io.MultiReader(strings.NewReader(toField+fileHead), bytes.NewReader(content), strings.NewReader(end))
}

func field(name, value string) string {
	return "--" + Boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}

func raw(name, want string, body func() io.Reader) Case {
	return Case{Name: name, Want: want, Body: body}
}

func form(name, want string, parts ...string) Case {
	return raw(name, want, func() io.Reader { return strings.NewReader(strings.Join(parts, "")) })
}

// repeated is an endless reader of one piece.
type repeated struct {
	piece string
	rest  string
	pause time.Duration // before each piece
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		time.Sleep(r.pause)
		r.rest = r.piece
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// ending ends an endless stream after a while.
const ending = 40 * time.Second

type untilTooLate struct {
	from io.Reader
	end  time.Time
}

func (u *untilTooLate) Read(p []byte) (int, error) {
	if u.end.IsZero() {
		u.end = time.Now().Add(ending)
	}
	if time.Now().After(u.end) {
		return 0, io.EOF
	}
	return u.from.Read(p)
}

func endless(start, piece string, pause time.Duration) func() io.Reader {
	return func() io.Reader {
		return io.MultiReader(strings.NewReader(start), &untilTooLate{from: &repeated{piece: piece, pause: pause}})
	}
}

const (
	good    = "Hello.\n"
	oneFile = fileHead + good
)

// forms are forms that are wrong in themselves.
func forms() []Case {
	kilobyte := strings.Repeat("x", 1<<10)
	named := func(name string) string {
		return "--" + Boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + good
	}
	slow := func(name, start, piece string, pause time.Duration) Case {
		c := raw(name, "request_timeout", endless(start, piece, pause))
		c.Slow = true
		return c
	}
	cases := []Case{
		form("form/10,000 parts", "validation_failed", toField, strings.Repeat(field("tags[a]", "b"), 10_000), oneFile, end),
		form("form/10,000 empty files", "validation_failed|unsupported_document", toField, strings.Repeat(fileHead+"\r\n", 10_000), end),
		form("form/20 empty files", "no_pages", toField, strings.Repeat(fileHead+"\r\n", 20), end),
		form("form/10,000 headers in a part", "malformed_request", toField, strings.TrimSuffix(fileHead, "\r\n")+strings.Repeat("X-A: b\r\n", 10_000)+"\r\n"+good, end),
		form("form/a header of 10 MB", "malformed_request|payload_too_large", toField, strings.TrimSuffix(fileHead, "\r\n")+"X-A: "+strings.Repeat("b", 10*mega)+"\r\n\r\n"+good, end),
		form("form/a header without an end", "malformed_request", toField, "--"+Boundary+"\r\nContent-Disposition: form-data; name=\"file\""),
		form("form/a part without a name", "validation_failed", toField, "--"+Boundary+"\r\nContent-Disposition: form-data\r\n\r\nx\r\n", oneFile, end),
		form("form/a part without headers", "validation_failed", toField, "--"+Boundary+"\r\n\r\nx\r\n", oneFile, end),
		form("form/a name of 10,000 letters", "validation_failed", toField, field(strings.Repeat("n", 10_000), "x"), oneFile, end),
		form("form/a name with NUL", "malformed_request|validation_failed", toField, field("a\x00b", "x"), oneFile, end),
		form("form/a field twice", "validation_failed", toField, toField, oneFile, end),
		form("form/a field of 10 MB", "payload_too_large", toField, field("csid", strings.Repeat("9", 10*mega)), oneFile, end),
		form("form/a field with NUL", "validation_failed", toField, field("csid", "a\x00b"), oneFile, end),
		form("form/a field that is not UTF-8", "validation_failed", toField, field("csid", "\xff\xfe"), oneFile, end),
		form("form/without its end", "malformed_request", toField, oneFile),
		form("form/half an end", "malformed_request", toField, oneFile, "\r\n--"+Boundary),
		form("form/no parts", "malformed_request|validation_failed", "--"+Boundary+"--\r\n"),
		form("form/nothing", "malformed_request"),
		form("form/noise", "malformed_request", noise(10_000)),
		form("form/no file", "validation_failed", toField, "--"+Boundary+"--\r\n"),
		form("form/a file of 11 MB", "payload_too_large", toField, fileHead, strings.Repeat(kilobyte, 11<<10), end),
		form("form/12 MB before its first part", "payload_too_large|malformed_request", strings.Repeat(kilobyte, 12<<10)),
		form("form/a path as a name", "accepted", toField, named("../../../../etc/passwd"), end),
		form("form/a name with NUL of a file", "accepted|malformed_request", toField, named("a\x00.pdf"), end),
		form("form/a file name of 10,000 letters", "accepted", toField, named(strings.Repeat("n", 10_000)+".pdf"), end),
		form("form/a wrong extension", "accepted", toField, named("scan.tiff"), end),
		form("form/a wrong type", "accepted", toField, "--"+Boundary+"\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: image/tiff\r\n\r\n"+good, end),
		form("form/a coding of its own", "accepted|malformed_request", toField, "--"+Boundary+"\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=", end),
		form("form/50 tags", "validation_failed|accepted", toField, tags(50), oneFile, end),
		form("form/a tag in a tag", "validation_failed|accepted", toField, field("tags[a][b]", "x"), oneFile, end),
		raw("form/an endless file", "payload_too_large", endless(toField+fileHead, kilobyte, 0)),
		raw("form/an endless field", "payload_too_large", endless(strings.TrimSuffix(field("csid", ""), "\r\n"), kilobyte, 0)),
		raw("form/endless parts", "validation_failed", endless("", field("csid", "1"), 0)),
		raw("form/endless headers", "malformed_request|payload_too_large", endless(strings.TrimSuffix(fileHead, "\r\n"), "X-A: b\r\n", 0)),
		raw("form/an endless beginning", "payload_too_large|malformed_request", endless("", kilobyte, 0)),
		slow("slow/a file, 10 bytes a second", toField+fileHead, "x", 100*time.Millisecond),
		slow("slow/nothing after the head", toField+fileHead, "x", 20*time.Second),
		slow("slow/fields, one a second", "", field("tags[a]", "b"), time.Second),
		slow("slow/not even a boundary", "", "x", 3*time.Second),
	}
	wrong := form("form/a boundary that is another's", "malformed_request", toField, oneFile, end)
	wrong.Header = map[string]string{"Content-Type": "multipart/form-data; boundary=other"}
	none := form("form/no boundary", "malformed_request", toField, oneFile, end)
	none.Header = map[string]string{"Content-Type": "multipart/form-data"}
	long := form("form/a boundary of 10,000 letters", "malformed_request", toField, oneFile, end)
	long.Header = map[string]string{"Content-Type": "multipart/form-data; boundary=" + strings.Repeat("b", 10_000)}
	json := form("form/JSON", "malformed_request", "{}")
	json.Header = map[string]string{"Content-Type": "application/json"}
	return append(cases, wrong, none, long, json)
}

func tags(count int) string {
	var out strings.Builder
	for i := range count {
		out.WriteString(field(fmt.Sprintf("tags[t%d]", i), "x"))
	}
	return out.String()
}
