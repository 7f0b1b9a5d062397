package system_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/ids"
)

const strangers = 20 // addresses of loopback

var (
	csrfField      = regexp.MustCompile(`name="csrf" value="([^"]+)"`)
	referenceField = regexp.MustCompile(`name="reference" value="([A-Z]+)"`)
	mailedCode     = regexp.MustCompile(`Your code: (\d{6})`)
)

// form is a browser at an address of loopback, without a screen.
type form struct {
	b    bench
	http *http.Client
	page string
}

func (b bench) formFrom(address string) *form {
	jar, _ := cookiejar.New(nil) // never fails
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &form{b: b, http: &http.Client{
		Jar: jar, Timeout: time.Minute,
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// ask loads a page, or posts a form with the open page's token.
func (f *form) ask(ctx context.Context, path string, fields url.Values) (int, error) {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if fields != nil {
		fields.Set("csrf", f.field(csrfField))
		method, body = http.MethodPost, strings.NewReader(fields.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, f.b.BaseURL+"/dashboard"+path, body)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := f.http.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	f.page = string(page)
	return response.StatusCode, err
}

func (f *form) field(name *regexp.Regexp) string {
	if found := name.FindStringSubmatch(f.page); found != nil {
		return found[1]
	}
	return ""
}

// askForCode leaves the page open on which the code is typed.
func (f *form) askForCode(ctx context.Context, email string) (int, error) {
	if status, err := f.ask(ctx, "/sign-in", nil); err != nil || status != http.StatusOK {
		return status, err
	}
	return f.ask(ctx, "/sign-in", url.Values{"email": {email}})
}

// newestCode waits for the mail that answers the page which is open.
func (f *form) newestCode(t *testing.T) string {
	t.Helper()
	reference := f.field(referenceField)
	require.NotEmpty(t, reference)
	code := ""
	eventually(t, "the mail of the request", func() bool {
		files, _ := filepath.Glob(filepath.Join(f.b.MailDir, "*.eml"))
		for _, file := range files {
			mail, err := os.ReadFile(file)
			if found := mailedCode.FindSubmatch(mail); err == nil && found != nil && bytes.Contains(mail, []byte("("+reference+")")) {
				code = string(found[1])
			}
		}
		return code != ""
	})
	return code
}

func (f *form) signIn(t *testing.T, email string) {
	t.Helper()
	status, err := f.askForCode(t.Context(), email)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, f.page)
	status, err = f.ask(t.Context(), "/sign-in/code", url.Values{"email": {email}, "code": {f.newestCode(t)}})
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, status, f.page)
}

// besiege asks for codes of an e-mail and guesses at them, with a new cookie for each code, until it is refused.
func (b bench) besiege(ctx context.Context, address, email string) error {
	for {
		f := b.formFrom(address)
		status, err := f.askForCode(ctx, email)
		if err != nil || status == http.StatusTooManyRequests {
			return err
		}
		for guess := range 6 {
			status, err := f.ask(ctx, "/sign-in/code", url.Values{"email": {email}, "code": {fmt.Sprintf("x%05d", guess)}})
			if err != nil {
				return err
			}
			if status == http.StatusTooManyRequests {
				break
			}
			if status != http.StatusUnprocessableEntity {
				return fmt.Errorf("a guess was answered %d", status)
			}
		}
	}
}

func TestTheOwnerSignsInThroughTwentyStrangers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.account(t).Email
	usual := b.formFrom("127.0.0.1")
	usual.signIn(t, email)
	before := usual.cookie(t)
	var siege sync.WaitGroup
	for n := range strangers {
		siege.Go(func() {
			if err := b.besiege(t.Context(), fmt.Sprintf("127.0.1.%d", n+1), email); err != nil {
				t.Error(err)
			}
		})
	}
	b.formFrom("127.0.2.1").signIn(t, email)
	siege.Wait()
	b.formFrom("127.0.2.2").signIn(t, email)
	usual.http.Transport = b.formFrom("127.0.1.1").http.Transport // next to a stranger
	usual.signOut(t)
	usual.signIn(t, email)
	require.NotEqual(t, before, usual.cookie(t))

	require.LessOrEqual(t, b.number(t, `SELECT count(*) FROM auth.email_codes WHERE email = lower($1) AND NOT known`, email), int64(60))
	wrong := b.number(t, `SELECT sum(guesses - (used_at IS NOT NULL)::int) FROM auth.email_codes WHERE email = lower($1)`, email)
	require.LessOrEqual(t, wrong, int64(240))
}

func TestACodeThatIsTypedManyTimesAtOnceSignsInOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.account(t).Email
	f := b.formFrom("127.0.0.1")
	_, err := f.askForCode(t.Context(), email)
	require.NoError(t, err)
	code, page := f.newestCode(t), f.page
	var in atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			same := &form{b: b, http: &http.Client{Jar: frozen{f.http.Jar.Cookies(b.home(t))}, CheckRedirect: f.http.CheckRedirect}, page: page}
			status, err := same.ask(t.Context(), "/sign-in/code", url.Values{"email": {email}, "code": {code}})
			if err != nil {
				t.Error(err)
			}
			if status == http.StatusSeeOther {
				in.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, in.Load())
}

func TestSigningInLooksTheSameForAnEmailThatNobodyHas(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var pages []string
	for _, email := range []string{b.account(t).Email, strings.ToLower(ids.Base62(16)) + "@system.example"} {
		f := b.formFrom("127.0.0.1")
		status, err := f.askForCode(t.Context(), email)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status)
		pages = append(pages, strings.NewReplacer(email, "", f.field(csrfField), "", f.field(referenceField), "").Replace(f.page))
	}
	require.Equal(t, pages[0], pages[1])
}

func (b bench) home(t *testing.T) *url.URL {
	t.Helper()
	at, err := url.Parse(b.BaseURL + "/dashboard")
	require.NoError(t, err)
	return at
}

func (f *form) signOut(t *testing.T) {
	t.Helper()
	_, err := f.ask(t.Context(), "/settings", nil)
	require.NoError(t, err)
	status, err := f.ask(t.Context(), "/sign-out", url.Values{})
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, status)
}

// cookie is that of the sign-in forms.
func (f *form) cookie(t *testing.T) string {
	t.Helper()
	for _, cookie := range f.http.Jar.Cookies(f.b.home(t)) {
		if strings.HasSuffix(cookie.Name, "mintfax_signin") {
			return cookie.Value
		}
	}
	t.Fatal("there is no cookie of the sign-in forms")
	return ""
}

// frozen is a jar that takes no new cookies.
type frozen struct{ cookies []*http.Cookie }

func (frozen) SetCookies(*url.URL, []*http.Cookie) {}

func (f frozen) Cookies(*url.URL) []*http.Cookie { return f.cookies }
