package httpapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/contract"
)

const (
	mediaJSON = "application/json"
	mediaCSV  = "text/csv"
	mediaPDF  = "application/pdf"
	mediaHTML = "text/html"
)

// statementsAtOnce is how many an account may read at once from a gateway.
const statementsAtOnce = 4

// getStatement answers in the form that Accept asks for. The document is read while it is written, so
// that its length takes no memory.
func (a *API) getStatement(c *gin.Context) (reply, error) {
	c.Header("Vary", "Accept")
	q := newQuery(c)
	month := contract.Month(q.text("month"))
	if _, _, err := month.Bounds(); err != nil {
		q.wrong("month", "The month must be a month like 2026-11.")
	}
	media := accepted(c.Request.Header, []string{mediaJSON, mediaCSV, mediaPDF})
	if media == "" {
		q.wrong("accept", "The Accept header must allow application/json, text/csv or application/pdf.")
	}
	if err := q.err(); err != nil {
		return reply{}, err
	}
	answer, err := a.statement(c.Request.Context(), callerOf(c).AccountID, month, media)
	return reply{status: http.StatusOK, document: answer}, err
}

// WriteStatement answers with a month of an account as media, text/csv or application/pdf. When it returns an error, which
// is of the catalogue, it has not answered.
func (a *API) WriteStatement(c *gin.Context, accountID string, month contract.Month, media string) error {
	answer, err := a.statement(c.Request.Context(), accountID, month, media)
	if err != nil {
		return err
	}
	a.writeDocument(c, http.StatusOK, answer)
	return nil
}

// statement is one of the few that an account reads at once, whoever asks for it. Its done must be called.
func (a *API) statement(ctx context.Context, accountID string, month contract.Month, media string) (*document, error) {
	if err := a.statements.enter(accountID); err != nil {
		return nil, err
	}
	opened, err := statement.Open(ctx, a.RPC, accountID, month)
	if err != nil {
		a.statements.leave(accountID)
		return nil, err
	}
	answer := statementAs(media, opened)
	answer.done = func() { a.statements.leave(accountID) }
	return answer, nil
}

func statementAs(media string, s *statement.Statement) *document {
	name := "mintfax-statement-" + string(s.Month)
	switch media {
	case mediaCSV:
		return &document{contentType: "text/csv; charset=utf-8; header=present", fileName: name + ".csv", write: s.WriteCSV}
	case mediaPDF:
		return &document{contentType: mediaPDF, fileName: name + ".pdf", write: s.WritePDF}
	}
	return &document{contentType: "application/json; charset=utf-8", write: s.WriteJSON}
}
