/** better-sqlite3 13 under the name that lets it stand beside 12; what we use of both is the same. */
declare module 'better-sqlite3-node-api' {
  import Sqlite = require('better-sqlite3')

  export = Sqlite
}
