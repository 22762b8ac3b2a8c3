// The executable: everything is in FlipgateCommands.

import FlipgateCommands

await FlipgateCommand.runToExit()
