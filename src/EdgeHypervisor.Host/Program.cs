System.Console.WriteLine("edge-hypervisord");
