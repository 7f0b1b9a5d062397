package statement_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestPDFHasTheAccountTheMonthAndItsSums(t *testing.T) {
	b := &book{name: "Praxis Grün (Süd) & Co", complete: true, movements: map[contract.EnvironmentType]int{contract.Live: 121, contract.Sandbox: 0}}
	pages := printed(t, writePDF(t, b))
	require.Greater(t, len(pages), 2)
	all := strings.Join(pages[0], "\n")
	for _, said := range []string{"Praxis Grün (Süd) & Co", "acct_0123456789ABCDEFGHIJKL", "February 2026", "1 to 28 February 2026, UTC", "The statement is final"} {
		require.Contains(t, all, said)
	}
	for n, lines := range pages {
		require.Contains(t, strings.Join(lines, "\n"), fmt.Sprintf("Page %d of %d", n+1, len(pages)))
	}
	words := strings.Split(strings.Join(flat(pages), ""), "|")
	require.Equal(t, 121, count(words, regexp.MustCompile(`^2026-02-01 00:\d\d:\d\d$`)))
	require.Equal(t, 120, count(words, regexp.MustCompile(`^fax_[A-Z]{17}\d{5}$`)), "ids are shown whole")
	require.Contains(t, words, "No movements in this month.")
	pool := b.pool(contract.Live)
	sum := after(t, words, "Opening balance")
	for _, total := range pool.Totals {
		name := strings.ToUpper(string(total.Type[:1])) + string(total.Type[1:])
		found := after(t, words, name)
		require.Equal(t, total.Count, found[0], name)
		for n := range 3 {
			sum[n] += found[n+1]
		}
	}
	require.Equal(t, sum[:3], after(t, words, "Closing balance")[:3])
	require.Equal(t, []int64{pool.Closing.Available, pool.Closing.Held, pool.Closing.Balance}, sum[:3])
}

func TestLargePDFIsBoundedAndNamesTheCSV(t *testing.T) {
	b := &book{name: "A", movements: map[contract.EnvironmentType]int{contract.Live: statement.MostLines, contract.Sandbox: 100_000}}
	document := writePDF(t, b)
	words := strings.Split(strings.Join(flat(printed(t, document)), ""), "|")
	require.Equal(t, 2*statement.MostLines, count(words, regexp.MustCompile(`^2026-02-0\d \d\d:\d\d:\d\d$`)))
	text := strings.Join(words, " ")
	require.Contains(t, text, "These are the first 1,000 of 100,000 movements.")
	require.Contains(t, text, "/v1/account/statement?month=2026-02 with Accept: text/csv")
	require.Equal(t, 1, strings.Count(text, "These are the first"), "the other pool is shown whole")
	require.LessOrEqual(t, b.asked, 2*(statement.MostLines/pageOf+1), "what is not shown is not read")
	require.Less(t, len(document), 1<<20)
}

func TestAnyAccountNameMakesAValidPDF(t *testing.T) {
	for _, name := range []string{
		"株式会社ミント", "شركة الفاكس", "בית מרקחת", "Аптека № 5", "Παπαδόπουλος", "🙂🏳️‍🌈", "a\u0301bc e\u0308", "\u202eright", "\ufffd", "(\\)",
		strings.Repeat("W", 255), strings.Repeat("漢", 255), strings.Repeat("word ", 51), "{nb}", "x", "\U0010FFFF", "ไทย", "हिन्दी", "한국어",
	} {
		b := &book{name: name, movements: map[contract.EnvironmentType]int{contract.Live: 3}, describe: func(int) string { return name }}
		document := writePDF(t, b)
		pages := printed(t, document)
		require.Len(t, pages, 1, name)
		text := strings.Join(flat(pages), "")
		require.Contains(t, text, "acct_0123456789ABCDEFGHIJKL", name)
		require.Contains(t, text, "Page 1 of 1", name)
		require.Equal(t, "Statement 2026-02, "+name, title(t, document))
	}
}

func TestPDFThatDoesNotAddUpIsNotWritten(t *testing.T) {
	b := &book{name: "A", movements: map[contract.EnvironmentType]int{contract.Live: 30}, tamper: func(n int, m *contract.Movement) {
		if n == 20 {
			m.Change.Held++
		}
	}}
	var out bytes.Buffer
	require.ErrorContains(t, b.open(t).WritePDF(t.Context(), &out), "breaks at txn_20")
	require.Zero(t, out.Len())
	broken := errors.New("the pipe is broken")
	b.tamper = nil
	require.ErrorIs(t, b.open(t).WritePDF(t.Context(), failing{broken}), broken)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func writePDF(t *testing.T, b *book) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, b.open(t).WritePDF(t.Context(), &out))
	return out.Bytes()
}

func title(t *testing.T, document []byte) string {
	t.Helper()
	reader, err := pdf.NewReader(bytes.NewReader(document), int64(len(document)))
	require.NoError(t, err)
	raw := reader.Trailer().Key("Info").Key("Title").RawString()
	require.Equal(t, "\xfe\xff", raw[:2])
	var units []uint16
	for n := 2; n < len(raw); n += 2 {
		units = append(units, uint16(raw[n])<<8|uint16(raw[n+1]))
	}
	return string(utf16.Decode(units))
}

func flat(pages [][]string) (lines []string) {
	for _, page := range pages {
		lines = append(lines, page...)
	}
	return lines
}

func count(words []string, like *regexp.Regexp) (n int) {
	for _, word := range words {
		if like.MatchString(word) {
			n++
		}
	}
	return n
}

// after are the numbers that follow the first such word.
func after(t *testing.T, words []string, word string) (numbers []int64) {
	t.Helper()
	at := 0
	for words[at] != word {
		at++
		require.Less(t, at, len(words), word)
	}
	for _, text := range words[at+1:] {
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64)
		if err != nil {
			return numbers
		}
		numbers = append(numbers, n)
	}
	return numbers
}
