package main

// settings is what the converter reads from the environment.
type settings struct {
	HTTPAddr     string `env:"HTTP_ADDR,required,notEmpty"` // for fax-dispatch alone
	InternalAddr string `env:"INTERNAL_ADDR,required,notEmpty"`
	LogLevel     string `env:"LOG_LEVEL" envDefault:"info"`
}
