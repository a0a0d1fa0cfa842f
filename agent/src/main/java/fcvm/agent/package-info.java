/// What runs in the guest: pid 1, which sets the system up, runs the container and serves commands.
///
/// Start with [fcvm.agent.ExecService]: it serves one command per connection. A request becomes a
/// [fcvm.agent.Command] through [fcvm.agent.Targets], a command is started by the
/// [fcvm.agent.Reaper], which waits for every process there is, and `CommandRun` moves its
/// [fcvm.agent.Streams] until it has ended.
package fcvm.agent;
