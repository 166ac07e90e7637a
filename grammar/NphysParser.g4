// The sentences of nphys. Names, shapes and units of meaning are checked in model/, not here.
//
// The compiler enters at `header`, `statement`, `run` and `item`, one after the other, so that an error in one of them
// leaves the others whole; `file` says how they follow each other.
parser grammar NphysParser;
options { tokenVocab = NphysLexer; }

file   : header (statement | run item* RIGHT_BRACE)* EOF;
header : (MODEL name | MODULE word) STRING?;

statement
    : USE source (COMMA source)*                                                        # use
    | parameter                                                                         # param
    | LATTICE name coordinates? ASSIGN arithmetic extent?                               # lattice
    | GRAPH name ASSIGN arithmetic                                                      # graph
    | DATASET name ASSIGN arithmetic                                                    # dataset
    | INDEX name (COMMA name)* IN values                                                # index
    | (NEURON | TRAINABLE) target (COMMA target)* (COLON name)?                         # variables
    | (WEIGHT | BIAS | LOSS) target ASSIGN expression                                   # definition
    | LET name parameters? indices? ASSIGN expression                                   # let
    | HAMILTONIAN name pairs? ASSIGN expression                                         # hamiltonian
    | NOISE target name? (ASSIGN expression | FROM expression (DECAY expression)?)      # noise
    | METRIC target name? ASSIGN expression                                             # metric
    | (ACTIVATION | LEARNING) law options_?                                             # dynamics
    | BOUNDARY target ARROW expression (WHERE expression)? options_?                    # boundary
    | TIMESCALE period (COMMA period)*                                                  # timescale
    | initial                                                                           # init
    | OBSERVE target (ASSIGN expression)?                                               # observe
    | expectation                                                                       # expect
    ;

parameter   : PARAM name ASSIGN expression (IN values)?;
source      : word | STRING;
coordinates : LEFT_PAREN name (COMMA name)* RIGHT_PAREN;
extent      : OVER (values | LEFT_PAREN values (COMMA values)* RIGHT_PAREN);
parameters  : LEFT_PAREN target (COMMA target)* RIGHT_PAREN;
pairs       : LEFT_PAREN pair (SEMICOLON pair)* RIGHT_PAREN;
pair        : name COMMA name;
period      : (ACTIVATION | BOUNDARY | LEARNING) expression;
initial     : INIT target ASSIGN expression;
expectation : EXPECT expression;

law
    : D DIVIDE DT target ASSIGN expression                                              # flow
    | target (COMMA target)* verb expression                                            # step
    ;

verb     : ARROW | DESCENDS | EVOLVES;
options_ : WITH option (COMMA option)*;
option   : word expression?;

run  : RUN name? LEFT_BRACE;
item
    : OBSERVE arithmetic (COMMA arithmetic)* cadence?                                   # recorded
    | SAVE arithmetic (COMMA arithmetic)* cadence?                                      # saved
    | SWEEP name ASSIGN values                                                          # swept
    | name ASSIGN expression (ON GRID LEFT_PAREN axis (COMMA axis)* RIGHT_PAREN)?       # setting
    | parameter                                                                         # changed
    | initial                                                                           # restart
    | expectation                                                                       # checked
    ;

axis    : arithmetic COLON values;
cadence : EVERY (T ASSIGN)? expression;

// An expression, or a range with its ends.
values   : expression (RANGE arithmetic (BY arithmetic)?)?;
argument : (name ASSIGN)? values;

target  : name indices?;
indices : LEFT_BRACKET group (SEMICOLON group)? RIGHT_BRACKET;
group   : arithmetic (COMMA arithmetic)*;

expression  : disjunction (IF disjunction ELSE expression)?;
disjunction : conjunction (OR conjunction)*;
conjunction : negation (AND negation)*;
negation    : NOT negation | comparison;
comparison  : arithmetic (comparator arithmetic)*;
comparator  : LESS | LESS_EQUAL | GREATER | GREATER_EQUAL | EQUAL | NOT_EQUAL;

// Highest first. Σ[i](…) is `name indices arguments`; laplacian(φ)[i] is `name arguments indices`.
arithmetic
    : NUMBER                                                                # number
    | IMAGINARY                                                             # imaginary
    | STRING                                                                # string
    | name                                                                  # variable
    | LEFT_PAREN expression (COMMA expression)* RIGHT_PAREN                 # grouping
    | LEFT_BRACKET (expression (COMMA expression)*)? RIGHT_BRACKET          # array
    | arithmetic DOT word                                                   # member
    | arithmetic indices                                                    # indexed
    | arithmetic LEFT_PAREN (argument (COMMA argument)*)? RIGHT_PAREN       # call
    | ROOT arithmetic                                                       # root
    | arithmetic SUPERSCRIPT                                                # superscript
    | <assoc=right> arithmetic POWER arithmetic                             # power
    | (MINUS | PLUS) arithmetic                                             # sign
    | arithmetic (TIMES | DIVIDE) arithmetic                                # product
    | arithmetic (PLUS | MINUS) arithmetic                                  # sum
    ;

// Words with a meaning in one place are names elsewhere; after `use`, `with` and a point any word will do.
name : NAME | D | DT | T | OVER | WITH | WHERE | FROM | DECAY | DESCENDS | EVOLVES | SAVE | SWEEP | EVERY
     | BY | ON | GRID;
word : name | MODEL | MODULE | USE | PARAM | LATTICE | GRAPH | DATASET | INDEX | NEURON | TRAINABLE | WEIGHT | BIAS | LET
     | LOSS | HAMILTONIAN | NOISE | METRIC | ACTIVATION | LEARNING | BOUNDARY | TIMESCALE | INIT | OBSERVE
     | EXPECT | RUN | IN | IF | ELSE | AND | OR | NOT;
