// The words and signs of nphys. Line breaks mean nothing; every statement starts with a reserved word.
lexer grammar NphysLexer;

channels { COMMENTS, STRAY }

COMMENT  : '#'  ~[\r\n]* -> channel(COMMENTS);       // ## … before a declaration is its doc comment
SPACE    : [ \t\r\n\u00A0\u2009\u202F\uFEFF]+ -> channel(HIDDEN);

// Reserved: the words that begin a statement ...
MODEL: 'model'; MODULE: 'module'; USE: 'use'; PARAM: 'param'; LATTICE: 'lattice'; GRAPH: 'graph';
DATASET: 'dataset'; INDEX: 'index'; NEURON: 'neuron'; TRAINABLE: 'trainable'; WEIGHT: 'weight'; BIAS: 'bias'; LET: 'let';
LOSS: 'loss'; HAMILTONIAN: 'hamiltonian'; NOISE: 'noise'; METRIC: 'metric'; ACTIVATION: 'activation';
LEARNING: 'learning'; BOUNDARY: 'boundary'; TIMESCALE: 'timescale'; INIT: 'init'; OBSERVE: 'observe';
EXPECT: 'expect'; RUN: 'run';
// ... and the words that stand between expressions.
IN: 'in' | '∈'; IF: 'if'; ELSE: 'else'; AND: 'and'; OR: 'or'; NOT: 'not';

// Words with a meaning in one place only; everywhere else they are names (see `name` in the parser).
D: 'd'; DT: 'dt'; T: 't'; OVER: 'over'; WITH: 'with'; WHERE: 'where'; FROM: 'from'; DECAY: 'decay';
DESCENDS: 'descends'; EVOLVES: 'evolves'; SAVE: 'save'; SWEEP: 'sweep'; EVERY: 'every'; BY: 'by'; ON: 'on';
GRID: 'grid';

ARROW: '←' | '<-';
LESS_EQUAL: '<=' | '≤'; GREATER_EQUAL: '>=' | '≥'; EQUAL: '=='; NOT_EQUAL: '!=' | '≠'; LESS: '<'; GREATER: '>';
ASSIGN: '='; RANGE: '..'; DOT: '.'; COMMA: ','; SEMICOLON: ';'; COLON: ':';
PLUS: '+'; MINUS: '-' | '−'; TIMES: '*' | '·' | '⋅' | '×'; DIVIDE: '/'; POWER: '^'; ROOT: '√';
LEFT_PAREN: '('; RIGHT_PAREN: ')'; LEFT_BRACKET: '['; RIGHT_BRACKET: ']'; LEFT_BRACE: '{'; RIGHT_BRACE: '}';

SUPERSCRIPT : '⁻'? [\u2070\u00B9\u00B2\u00B3\u2074-\u2079]+;
IMAGINARY   : REAL 'i';
NUMBER      : REAL;
STRING      : '"' CHARACTER* '"';
UNCLOSED    : '"' CHARACTER* -> type(STRING);        // told by the compiler, which looks for the closing quote
NAME        : LETTER (LETTER | [0-9] | [\u2080-\u2089] | MARK)* '\''* | [∂∑∏];

fragment CHARACTER : ~["\\\r\n] | '\\' ~[\r\n];
// A digit on both sides of the point, so that 2..5 is a range; ' groups digits.
fragment REAL   : DIGITS ('.' DIGITS)? ([eE] [+-]? [0-9]+)?;
fragment DIGITS : [0-9]+ ('\'' [0-9]+)*;
fragment LETTER : [\p{Lu}\p{Ll}\p{Lt}\p{Lo}_];      // no modifier letters: φᵢ is not a name
fragment MARK   : [\p{Mn}];

// Whatever is left is told by the compiler, with its place, and kept from the parser.
UNKNOWN : . -> channel(STRAY);
