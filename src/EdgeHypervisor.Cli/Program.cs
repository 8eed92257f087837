System.Console.WriteLine("ehv");
