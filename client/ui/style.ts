/** All style, in the order of its cascade layers. */
import './tokens.css'
import './components.css'
import './watch.css'
import './desk.css'
import './lobby.css'
import './app.css'
