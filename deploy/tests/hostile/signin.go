package hostile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// Form is the name of the way by the dashboard, which answers with pages.
const Form = "form"

var token = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// SignIn signs in to the dashboard and returns the way of its form for faxes.
func SignIn(ctx context.Context, c *apiclient.Client, a apiclient.Account) (Target, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Target{}, err
	}
	p := browser{http: &http.Client{Jar: jar}, at: c.BaseURL + "/dashboard"}
	if err := p.open(ctx, "/sign-in"); err != nil {
		return Target{}, err
	}
	asked := time.Now()
	fields := url.Values{"email": {a.Email}, "next": {"/dashboard/faxes/new"}}
	if err := p.post(ctx, "/sign-in", fields); err != nil {
		return Target{}, err
	}
	code, err := c.Code(ctx, a.Email, asked)
	if err != nil {
		return Target{}, err
	}
	fields.Set("code", code)
	if err := p.post(ctx, "/sign-in/code", fields); err != nil {
		return Target{}, err
	}
	at, err := url.Parse(p.at)
	if err != nil {
		return Target{}, err
	}
	cookies := ""
	for _, cookie := range jar.Cookies(at) {
		cookies += cookie.Name + "=" + cookie.Value + "; "
	}
	return Target{
		Name: Form, URL: p.at + "/faxes", Header: map[string]string{"Cookie": cookies, "Origin": c.BaseURL},
		Before: field("csrf", p.csrf) + field("environment", a.SandboxID),
	}, nil
}

type browser struct {
	http *http.Client
	at   string
	csrf string // of the page that is shown
}

func (p *browser) open(ctx context.Context, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.at+path, http.NoBody)
	if err != nil {
		return err
	}
	return p.show(request)
}

func (p *browser) post(ctx context.Context, path string, fields url.Values) error {
	fields.Set("csrf", p.csrf)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.at+path, strings.NewReader(fields.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.show(request)
}

func (p *browser) show(request *http.Request) error {
	response, err := p.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", request.URL.Path, response.Status)
	}
	found := token.FindSubmatch(page)
	if found == nil {
		return errors.New("a page without a token: " + request.URL.Path)
	}
	p.csrf = string(found[1])
	return nil
}
