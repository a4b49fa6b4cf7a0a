# In the place of Bundler for the tests of the gem neighbor, which ask it for their gems: here these are the
# distribution's, and the gem itself is not installed.
module Bundler
  def self.require(*)
    Kernel.require "pg"
    Kernel.require "neighbor"
  end
end
