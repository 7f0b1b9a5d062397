package postgres

import "gorm.io/gorm"

// DB is a handle on the database or on a transaction. Rules pass it on; only stores use it.
type DB = gorm.DB
