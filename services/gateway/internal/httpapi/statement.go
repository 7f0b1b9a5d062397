package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/contract"
)

// getStatement responds in the media type that the Accept header prefers.
func (a *API) getStatement(c *gin.Context) (reply, error) {
	c.Header("Vary", "Accept")
	q := newQuery(c)
	month := contract.Month(q.text("month"))
	if _, _, err := month.Bounds(); err != nil {
		q.wrong("month", "The month must be a month like 2026-11.")
	}
	media := edge.Accepted(c.Request.Header, []string{statement.JSON, statement.CSV, statement.PDF})
	if media == "" {
		q.wrong("accept", "The Accept header must allow application/json, text/csv or application/pdf.")
	}
	if err := q.err(); err != nil {
		return reply{}, err
	}
	document, err := a.statements.Document(c.Request.Context(), admission.Caller(c).AccountID, month, media)
	return reply{status: http.StatusOK, document: document}, err
}
